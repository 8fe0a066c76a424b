import InferenceTesting
import Testing

@testable import nereid

struct NumPyFileTests {
    /// A file as NumPy writes it: the header padded with spaces to a multiple of 64 and ended by a newline.
    private func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
        let lengthSize = version == 1 ? 2 : 4
        var text = header
        while (8 + lengthSize + text.utf8.count + 1) % 64 != 0 { text += " " }
        text += "\n"
        let length = UInt32(text.utf8.count)
        let lengthBytes = (0..<lengthSize).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(text.utf8) + data
    }

    private func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
    }

    struct Case: Sendable {
        var type: String
        var shape: String
        var data: [UInt8]
        var dimensions: [Int]
        var elements: TensorElements
    }

    private static let cases = [
        Case(
            type: "<f4", shape: "(2,)", data: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], dimensions: [2],
            elements: .reals([1, -2])),
        Case(type: ">f4", shape: "(1,)", data: [0x3f, 0x80, 0, 0], dimensions: [1], elements: .reals([1])),
        Case(type: "<f8", shape: "()", data: [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], dimensions: [], elements: .reals([1.5])),
        Case(type: "<f2", shape: "(1,)", data: [0, 0x3c], dimensions: [1], elements: .reals([1])),
        Case(type: "|b1", shape: "(2,)", data: [1, 0], dimensions: [2], elements: .booleans([true, false])),
        Case(type: "|i1", shape: "(1, 2)", data: [0xff, 1], dimensions: [1, 2], elements: .signed([-1, 1])),
        Case(type: "<i2", shape: "(1,)", data: [0xfe, 0xff], dimensions: [1], elements: .signed([-2])),
        Case(type: ">i4", shape: "(1,)", data: [0, 0, 1, 0], dimensions: [1], elements: .signed([256])),
        Case(
            type: "<i8", shape: "(1,)", data: Array(repeating: 0xff, count: 8), dimensions: [1], elements: .signed([-1])
        ),
        Case(type: "|u1", shape: "(3,)", data: [0, 1, 255], dimensions: [3], elements: .unsigned([0, 1, 255])),
        Case(
            type: "<u8", shape: "(1,)", data: Array(repeating: 0xff, count: 8), dimensions: [1],
            elements: .unsigned([.max])),
        Case(
            type: "|S3", shape: "(2,)", data: Array("ab\0xyz".utf8), dimensions: [2],
            elements: .strings([Array("ab".utf8), Array("xyz".utf8)])),
        Case(
            type: "<U2", shape: "(1,)", data: [0xe9, 0, 0, 0, 0, 0, 0, 0], dimensions: [1],
            elements: .strings([Array("é".utf8)])),
        Case(type: ">U1", shape: "(1,)", data: [0, 0, 0, 0x41], dimensions: [1], elements: .strings([[0x41]])),
        Case(type: "<f4", shape: "(0, 3)", data: [], dimensions: [0, 3], elements: .reals([])),
    ]

    @Test(arguments: cases)
    func types(_ item: Case) throws {
        for version: UInt8 in 1...3 {
            let array = try NumPyFile.read(file(header(item.type, item.shape), item.data, version: version))
            #expect(array == TensorArray(shape: item.dimensions, elements: item.elements))
        }
    }

    @Test func columnMajorArraysAreTransposed() throws {
        // [[1, 2, 3], [4, 5, 6]] stored by columns.
        let array = try NumPyFile.read(file(header("|u1", "(2, 3)", fortran: true), [1, 4, 2, 5, 3, 6]))
        #expect(array == TensorArray(shape: [2, 3], elements: .unsigned([1, 2, 3, 4, 5, 6])))
        let cube = try NumPyFile.read(file(header("|u1", "(2, 2, 2)", fortran: true), [0, 4, 2, 6, 1, 5, 3, 7]))
        #expect(cube.elements == .unsigned([0, 1, 2, 3, 4, 5, 6, 7]))
    }

    @Test(arguments: [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "needs 8"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", "is too large"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "malformed"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "malformed"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "cannot be sent"),
        ("{'descr': '|V4', 'fortran_order': False, 'shape': (1,), }", "cannot be sent"),
        ("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", "neither True nor False"),
        ("{'descr': '<f4', 'shape': (1,), }", "incomplete"),
        ("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", "twice"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structures"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", "unknown key 'more'"),
        ("{'descr': '<f4", "has no end"), ("", "lacks a '{'"),
    ])
    func damage(header: String, reason: String) {
        let error = #expect(throws: InputError.self) { try NumPyFile.read(file(header, [0, 0, 0, 0])) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func cutAndExtendedFilesAreRefused() throws {
        let whole = file(header("<i2", "(2, 2)"), [1, 0, 2, 0, 3, 0, 4, 0])
        for length in 0..<whole.count {
            #expect(throws: InputError.self) { try NumPyFile.read(Array(whole[..<length])) }
        }
        #expect(throws: InputError.self) { try NumPyFile.read(whole + [0]) }
    }

    @Test func changedBytesNeverTrap() {
        let whole = file(header("<i2", "(2, 2)"), [1, 0, 2, 0, 3, 0, 4, 0])
        var random = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            if let array = try? NumPyFile.read(bytes) {
                accepted += 1
                #expect(array.elements.count == array.shape.reduce(1, *))
            }
        }
        #expect(accepted > 0)
    }
}
