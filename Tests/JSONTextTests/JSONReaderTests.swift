import InferenceTesting
import JSONText
import Testing

@Suite struct JSONReaderTests {
    @Test func skippingTellsWhereTheValueBegins() throws {
        let text = Array(#"{"a" : [1,{"b":[2]}] ,"c":"x","d":-1.5e3}"#.utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            _ = try reader.next()
            var found: [String: String] = [:]
            while case .name(let name) = try reader.next() {
                let start = try reader.skipValue()
                found[reader.string(name)] = String(decoding: bytes[start..<reader.offset], as: UTF8.self)
            }
            #expect(found == ["a": #"[1,{"b":[2]}]"#, "c": #""x""#, "d": "-1.5e3"])
            guard case .end = try reader.next() else {
                Issue.record("the document has not ended")
                return
            }
        }
    }

    @Test func elementsCanBeSkippedOneByOne() throws {
        let text = Array(#"[ 1 , [2,3] ,{"a":4},5]"#.utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            _ = try reader.next()
            var found: [String] = []
            for _ in 0..<4 {
                let start = try reader.skipValue()
                found.append(String(decoding: bytes[start..<reader.offset], as: UTF8.self))
            }
            #expect(found == ["1", "[2,3]", #"{"a":4}"#, "5"])
        }
    }

    @Test func escapedNamesCompareByTheirContent() throws {
        let text = Array(#"{"d\u0061ta":1,"data":2,"date":3}"#.utf8)
        try text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            _ = try reader.next()
            var matches: [Bool] = []
            while case .name(let name) = try reader.next() {
                matches.append(reader.string(name, equals: "data"))
                try reader.skipValue()
            }
            #expect(matches == [true, true, false])
        }
    }

    /// Damaged documents are read to an end or an error whose offset lies inside them.
    @Test func damagedDocumentsNeverTrap() {
        let seed = Array(
            #"{"id":"a\u00e9\ud83d\ude00\n","inputs":[{"name":"INPUT0","shape":[1,16],"data":[0.5,-1e300,NaN,-Infinity,[true,null]]}],"n":18446744073709551616}"#
                .utf8)
        let alphabet = Array("{}[]\",:\\u0d8eE+-.19NInfty \n\0".utf8) + [0xFF, 0xC3, 0x1F]
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<3000 {
            var text = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: text.remove(at: position)
                case 1: text.insert(alphabet.randomElement(using: &generator) ?? 0, at: position)
                case 2: text[position] = alphabet.randomElement(using: &generator) ?? 0
                default: text.removeSubrange(position...)
                }
                if text.isEmpty { text = [0x7B] }
            }
            text.withUnsafeBytes { bytes in
                do throws(JSONError) {
                    _ = try JSONValue(parsing: bytes)
                } catch {
                    #expect((0...bytes.count).contains(error.offset))
                }
            }
        }
    }
}
