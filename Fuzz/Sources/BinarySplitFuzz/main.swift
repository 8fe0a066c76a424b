import FuzzDriver

fuzz(BinarySplitTest.self)
