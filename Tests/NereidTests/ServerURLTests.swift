import Testing

@testable import nereid

struct ServerURLTests {
    @Test(arguments: [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"), ("host", "http://host:8000"),
        ("http://host:80/", "http://host:80"),
        ("http://host/triton/", "http://host:8000/triton"), ("[::1]:9", "http://[::1]:9"),
        ("[::1]", "http://[::1]:8000"),
    ])
    func forms(text: String, whole: String) throws {
        #expect(try ServerURL(parsing: text).description == whole)
    }

    @Test(arguments: [
        "", ":8000", "host:", "host:x", "host:0", "host:70000", "[::1", "[::1]x", "ho st", "https://host",
    ])
    func malformed(text: String) {
        #expect(throws: InputError.self) { try ServerURL(parsing: text) }
    }
}
