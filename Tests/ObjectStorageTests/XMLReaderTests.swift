import Testing

@testable import ObjectStorage

struct XMLReaderTests {
    private func tokens(_ text: String) throws -> [XMLReader.Token] {
        var reader = XMLReader(Array(text.utf8))
        var tokens: [XMLReader.Token] = []
        while let token = try reader.next() { tokens.append(token) }
        return tokens
    }

    @Test func elementsAndText() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment -->
            <a xmlns="http://s3" b='x>y'><p:b>1 &lt; 2 &amp;&#65;&#x1F600;</p:b><c/><![CDATA[<raw>]]></a>
            """
        #expect(
            try tokens(text) == [
                .start("a"), .start("b"), .text("1 < 2 &A\u{1F600}"), .end, .start("c"), .end, .text("<raw>"), .end,
            ])
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a><b></a></b>", "<a b></a>", "<a b=c></a>",
        "<a>&bogus;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>& </a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a", "<a b='",
        "<!-- a", "<a><![CDATA[ </a>", "<a/>text", "<></>",
    ])
    func whatIsNotXML(_ text: String) { #expect(throws: XMLReader.Failure.self) { try tokens(text) } }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(try tokens(nested(32)).count == 64)
        #expect(throws: XMLReader.Failure.self) { try tokens(nested(33)) }
    }

    @Test func everyBeginningEndsInAnErrorOrTokens() throws {
        let text = "<?xml version='1.0'?><a b='c'><d>&amp;x</d><!-- e --><![CDATA[f]]><g/></a>"
        for length in 0..<text.utf8.count {
            #expect(throws: XMLReader.Failure.self) { try tokens(String(text.prefix(length))) }
        }
    }
}
