import JSONText
import Testing

/// Words and offsets that RapidJSON gives.
@Suite struct JSONErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let error: String
        init(_ text: String, _ error: String) {
            self.text = text
            self.error = error
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case("", "The document is empty. at 0"),
        Case(" \n", "The document is empty. at 2"),
        Case("]", "Invalid value. at 0"),
        Case("hello", "Invalid value. at 0"),
        Case("nul", "Invalid value. at 3"),
        Case("nxll", "Invalid value. at 1"),
        Case("tru}", "Invalid value. at 3"),
        Case("fals", "Invalid value. at 4"),
        Case("1 2", "The document root must not be followed by other values. at 2"),
        Case("{}x", "The document root must not be followed by other values. at 2"),
        Case("01", "The document root must not be followed by other values. at 1"),
        Case("{'inputs':[]}", "Missing a name for object member. at 1"),
        Case("{", "Missing a name for object member. at 1"),
        Case("{\"a\":1,}", "Missing a name for object member. at 7"),
        Case("{\"a\" 1}", "Missing a colon after a name of object member. at 5"),
        Case("{\"a\"", "Missing a colon after a name of object member. at 4"),
        Case("{\"a\":}", "Invalid value. at 5"),
        Case("{\"inputs\": [{\"name\":", "Invalid value. at 20"),
        Case("{\"inputs\":", "Invalid value. at 10"),
        Case("{\"a\":1", "Missing a comma or '}' after an object member. at 6"),
        Case("{\"a\":1 \"b\":2}", "Missing a comma or '}' after an object member. at 7"),
        Case("[1", "Missing a comma or ']' after an array element. at 2"),
        Case("[1 2]", "Missing a comma or ']' after an array element. at 3"),
        Case("[1,]", "Invalid value. at 3"),
        Case("[", "Invalid value. at 1"),
        Case("[,1]", "Invalid value. at 1"),
        Case("[}", "Invalid value. at 1"),
        Case("[1}", "Missing a comma or ']' after an array element. at 2"),
        Case("-", "Invalid value. at 1"),
        Case("+1", "Invalid value. at 0"),
        Case(".5", "Invalid value. at 0"),
        Case("1.", "Miss fraction part in number. at 2"),
        Case("[1.e5]", "Miss fraction part in number. at 3"),
        Case("1e", "Miss exponent in number. at 2"),
        Case("1e+", "Miss exponent in number. at 3"),
        Case("[1e309]", "Number too big to be stored in double. at 1"),
        Case("[-1e309]", "Number too big to be stored in double. at 1"),
        Case("1e99999999999999999999999", "Number too big to be stored in double. at 0"),
        Case("Infinit", "Invalid value. at 7"),
        Case("Nan", "Invalid value. at 2"),
        Case("Ix", "Invalid value. at 1"),
        Case("infinity", "Invalid value. at 0"),
        Case("\"abc", "Missing a closing quotation mark in string. at 4"),
        Case("[\"a\\x\"]", "Invalid escape character in string. at 3"),
        Case("\"a\\", "Invalid escape character in string. at 2"),
        Case("\"\\u00g0\"", "Incorrect hex digit after \\u escape in string. at 1"),
        Case("\"\\u00", "Incorrect hex digit after \\u escape in string. at 1"),
        Case("\"x\\ud800\"", "The surrogate pair in string is invalid. at 2"),
        Case("\"\\ud800\\u0041\"", "The surrogate pair in string is invalid. at 1"),
        Case("\"\\udc00\"", "The surrogate pair in string is invalid. at 1"),
        Case("\"\\ud800\\ud8zz\"", "Incorrect hex digit after \\u escape in string. at 1"),
        Case("\"a\nb\"", "Invalid escape character in string. at 2"),
        Case("[[1],[2]", "Missing a comma or ']' after an array element. at 8"),
    ])
    func message(_ test: Case) throws {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: test.text) }
        #expect(error?.description == test.error)
    }

    @Test func nestingIsLimited() throws {
        let text = String(repeating: "[", count: 5) + String(repeating: "]", count: 5)
        #expect(throws: Never.self) { try JSONValue(parsing: text, maximumDepth: 5) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text, maximumDepth: 4) }
        #expect(error?.description == "Arrays and objects are nested more than 4 levels deep. at 4")
    }
}
