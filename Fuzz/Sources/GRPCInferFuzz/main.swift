import FuzzDriver

fuzz(GRPCInferTest.self)
