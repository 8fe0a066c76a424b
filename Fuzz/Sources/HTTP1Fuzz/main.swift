import FuzzDriver

fuzz(HTTP1Test.self)
