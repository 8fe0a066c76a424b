@testable import HTTP2Codec
