import Testing

@testable import ServerTransport

struct ContentCodingTests {
    @Test(
        arguments: [
            (nil, .identity), ("", .identity), ("gzip", .gzip), ("deflate", .deflate), ("identity", .identity),
            ("br", .identity), ("gzip, deflate", .gzip), ("deflate, gzip", .deflate), ("identity, gzip", .identity),
            ("gzip;q=0.5, deflate", .deflate), ("gzip;q=0.5, deflate;q=0.4", .gzip), ("gzip;q=0", .identity),
            ("gzip; q=0.1, identity;q=0.2", .identity), ("br, GZIP ;Q=0.3", .gzip), ("gzip;q=abc", .identity),
            ("gzip;q=-1", .identity), ("gzip;q=nan", .identity), ("deflate;level=9;q=0.9, gzip;q=0.8", .deflate),
            ("*", .identity), ("x-gzip", .gzip), (",,;,gzip,", .gzip),
        ] as [(String?, ContentCoding)]) func negotiates(_ field: String?, _ coding: ContentCoding)
    {
        #expect(ContentCoding.preferred(acceptEncoding: field) == coding)
    }

    @Test func knowsContentEncodings() {
        #expect(ContentCoding(contentEncoding: nil) == .identity)
        #expect(ContentCoding(contentEncoding: "GZip") == .gzip)
        #expect(ContentCoding(contentEncoding: "deflate") == .deflate)
        #expect(ContentCoding(contentEncoding: "br") == nil)
        #expect(ContentCoding(contentEncoding: "gzip, gzip") == nil)
    }
}
