import InferenceTypes
import Testing

@testable import nereid

struct TensorCodecTests {
    private static let encodings: [(TensorElements, DataType, [UInt8])] = [
        (.signed([-1, 2]), .int8, [0xff, 2]),
        (.signed([1]), .int16, [1, 0]), (.signed([-2]), .int32, [0xfe, 0xff, 0xff, 0xff]),
        (.unsigned([.max]), .uint64, Array(repeating: 0xff, count: 8)),
        (.reals([1]), .fp32, [0, 0, 0x80, 0x3f]), (.signed([1]), .fp16, [0, 0x3c]),
        (.signed([1]), .bf16, [0x80, 0x3f]),
        (.reals([3]), .uint8, [3]), (.booleans([true, false]), .bool, [1, 0]), (.signed([0, 1]), .bool, [0, 1]),
        (.strings([Array("ab".utf8), []]), .bytes, [2, 0, 0, 0, 97, 98, 0, 0, 0, 0]),
        (.signed([]), .bytes, []),
    ]

    @Test(arguments: encodings)
    func encodes(elements: TensorElements, type: DataType, bytes: [UInt8]) throws {
        #expect(try TensorCodec.encode(elements, as: type) == bytes)
    }

    private static let refusals: [(TensorElements, DataType, String)] = [
        (.signed([300]), .uint8, "300 is no UINT8"), (.signed([-1]), .uint32, "-1 is no UINT32"),
        (.reals([1.5]), .int32, "1.5 is no INT32"), (.signed([2]), .bool, "2 is no BOOL"),
        (.reals([.nan]), .int64, "nan is no INT64"), (.unsigned([.max]), .int64, "18446744073709551615 is no INT64"),
        (.strings([[]]), .fp32, "strings cannot fill an input of FP32"),
        (.strings([[]]), .int8, "strings cannot fill an input of INT8"),
        (.signed([1]), .bytes, "integers cannot fill an input of BYTES; give strings"),
    ]

    @Test(arguments: refusals)
    func refuses(elements: TensorElements, type: DataType, message: String) {
        let error = #expect(throws: InputError.self) { try TensorCodec.encode(elements, as: type) }
        #expect(error?.description == message)
    }

    @Test(arguments: DataType.allCases.filter { $0 != .invalid })
    func whatIsEncodedComesBack(type: DataType) throws {
        let elements: TensorElements
        switch type {
        case .bool: elements = .booleans([true, false, true])
        case .bytes: elements = .strings([[1, 2, 3], [], Array(repeating: 7, count: 300)])
        case .fp16, .bf16, .fp32, .fp64: elements = .reals([0.5, -2, .infinity])
        case .int8, .int16, .int32, .int64: elements = .signed([-128, 0, 127])
        default: elements = .unsigned([0, 1, 255])
        }
        let bytes = try TensorCodec.encode(elements, as: type)
        #expect(try TensorCodec.decode(bytes[...], as: type, count: 3) == elements)
        #expect(throws: InputError.self) { try TensorCodec.decode(bytes[...], as: type, count: 2) }
        #expect(throws: InputError.self) { try TensorCodec.decode(bytes.dropLast(), as: type, count: 3) }
    }

    @Test func lengthsOfStringsAreChecked() {
        let bytes: [UInt8] = [0xff, 0xff, 0xff, 0xff, 1, 2]
        #expect(throws: InputError.self) { try TensorCodec.decode(bytes[...], as: .bytes, count: 1) }
    }
}
