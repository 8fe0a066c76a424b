import FuzzDriver

fuzz(JSONInferTest.self)
