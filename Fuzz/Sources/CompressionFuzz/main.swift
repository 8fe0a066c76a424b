import FuzzDriver

fuzz(CompressionTest.self)
