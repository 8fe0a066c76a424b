import FuzzDriver

fuzz(HTTP2FramesTest.self)
