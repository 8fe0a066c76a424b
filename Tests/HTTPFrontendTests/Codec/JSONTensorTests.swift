import InferenceTypes
import JSONText
import Testing

@testable import HTTPFrontend

/// Elements of JSON tensors, in and out.
@Suite struct JSONTensorTests {
    private func decode(_ type: DataType, _ shape: Shape, _ data: String) throws(ServingError) -> Tensor {
        let shape = shape.dimensions.map(String.init).joined(separator: ",")
        let json = #"{"inputs":[{"name":"X","shape":[\#(shape)],"datatype":"\#(type.protocolName)","data":\#(data)}]}"#
        return try InferRequestDecoderTests.decode(json).request.inputs[0]
    }

    private func encode(_ tensor: Tensor) throws(ServingError) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        try JSONTensorEncoder.write(tensor, &writer)
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (DataType.bool, "[true,false,true]", "[true,false,true]"),
        (.uint8, "[0,255,511]", "[0,255,255]"),
        (.uint16, "[0,65535,65537]", "[0,65535,1]"),
        (.uint32, "[-0,4294967295,18446744073709551615]", "[0,4294967295,4294967295]"),
        (.uint64, "[0,1,18446744073709551615]", "[0,1,18446744073709551615]"),
        (.int8, "[-128,127,-129]", "[-128,127,127]"),
        (.int16, "[-32768,32767,32768]", "[-32768,32767,-32768]"),
        (.int32, "[-2147483648,2147483647,4294967297]", "[-2147483648,2147483647,1]"),
        (.int64, "[-9223372036854775808,9223372036854775807,0]", "[-9223372036854775808,9223372036854775807,0]"),
        (.fp32, "[NaN,-Inf,1e300]", "[NaN,-Infinity,Infinity]"),
        (.fp32, "[1,16777217,0.1]", "[1.0,16777216.0,0.10000000149011612]"),
        (.fp64, "[NaN,-Infinity,0.1]", "[NaN,-Infinity,0.1]"),
        (.fp64, "[18446744073709551615,-0,1E2]", "[18446744073709552000.0,0.0,100.0]"),
        (.bytes, #"["","é\u00e9","\u0000\""]"#, #"["","éé","\u0000\""]"#),
    ])
    func elementsMakeTheRoundTrip(type: DataType, data: String, json: String) throws {
        let tensor = try decode(type, [3], data)
        #expect(try encode(tensor) == json)
    }

    @Test(arguments: [
        "[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]", "[[[1],2,[[]]],3,[[4],[5,6]]]", " [ [ 1 , 2 ] , [ 3 , 4 , 5 , 6 ] ] ",
    ])
    func nestingDoesNotMatter(data: String) throws {
        #expect(try encode(decode(.int32, [2, 3], data)) == "[1,2,3,4,5,6]")
    }

    @Test func deepNestingNeedsNoStack() throws {
        let depth = 50_000
        let opening = String(repeating: "[", count: depth)
        let closing = String(repeating: "]", count: depth)
        #expect(try encode(decode(.int32, [1], "\(opening)5\(closing)")) == "[5]")
        let error = #expect(throws: ServingError.self) { try decode(.int32, [1], opening + closing) }
        #expect(error?.message == "Unable to parse 'data': Shape does not match true shape of 'data' field")
    }

    @Test(arguments: [
        (DataType.int32, "[1,2]"), (.int32, "[1,2,3,4]"), (.int32, "[]"), (.bool, "[true]"), (.fp64, "[[1,2],[3,4]]"),
    ])
    func theNumberOfLeavesIsThatOfTheShape(type: DataType, data: String) {
        let error = #expect(throws: ServingError.self) { try decode(type, [3], data) }
        #expect(error?.message == "Unable to parse 'data': Shape does not match true shape of 'data' field")
        #expect(error?.code == .internal)
    }

    @Test func emptyTensorsNeedNoData() throws {
        #expect(try decode(.int32, [0, 4], #"[1,"x"]"#).bytes.count == 0)
        #expect(try decode(.int32, [], #""anything""#).bytes.count == 0)
    }

    @Test func outputsThatContradictTheirShapeAreRejected() {
        let short = TensorBytes(copying: [5, 0, 0, 0, 97])
        for (type, shape, bytes) in [
            (DataType.bytes, Shape([1]), short), (.bytes, [2], TensorBytes(copying: [1, 0, 0, 0, 97])),
            (.int32, [2], short),
            (.fp64, [1, -1], short),
        ] {
            let error = #expect(throws: ServingError.self) {
                try encode(Tensor(name: "Y", dataType: type, shape: shape, bytes: bytes))
            }
            #expect(error == ServingError(.internal, "output tensor shape does not match size of output for 'Y'"))
        }
    }

    @Test func aScalarHasOneElement() throws {
        let tensor = Tensor(name: "Y", dataType: .uint8, shape: [], bytes: TensorBytes(copying: [7]))
        #expect(try encode(tensor) == "[7]")
    }

    /// Data is decoded while the syntax is checked if datatype and shape come first, and afterwards if not.
    @Test(arguments: [
        (DataType.fp32, "[2,2]", "[[1.5,-2e3],[0.1,NaN]]"), (.fp64, "[1]", "[1e-320]"), (.int8, "[3]", "[1,2,-128]"),
        (.uint64, "[2]", "[18446744073709551615,0]"), (.bool, "[2]", "[[true],[false]]"),
        (.bytes, "[3]", #"["a","\u00e9",""]"#), (.bytes, "[2]", #"["x","y"] "#), (.fp32, "[0]", "[]"),
        // Wrong in some way.
        (.fp32, "[2]", "[1]"), (.fp32, "[2]", "[1,2,3]"), (.fp32, "[2]", "[1,null]"), (.fp32, "[2]", #"[1,"2"]"#),
        (.int32, "[1]", "[1.0]"), (.uint8, "[1]", "[-1]"), (.bool, "[1]", "[1]"), (.bytes, "[1]", "[1]"),
        (.bytes, "[1]", #""x""#), (.bytes, "[1]", #"[{"a":1}]"#), (.fp32, "[1]", "5"), (.fp32, "[1]", #"{"a":[1]}"#),
        (.fp16, "[1]", "[1]"), (.fp32, "[1,2]", "[[1,2],[]]"), (.fp32, "[4294967296]", "[1]"), (.fp32, "5", "[1]"),
        (.int64, "[1]", "[9223372036854775808]"), (.fp32, "[1]", "[[[{}]]]"), (.fp32, "[]", "[{}]"),
        // Not JSON.
        (.fp32, "[2]", "[1,2"), (.fp32, "[2]", "[1,,2]"), (.fp32, "[2]", "[1,2,]"), (.fp32, "[2]", "[01,2]"),
        (.fp32, "[2]", "[1e309,2]"), (.fp32, "[2]", "[1,2]]"), (.fp32, "[2]", "[1 2]"), (.bytes, "[1]", #"["\x"]"#),
        (.bytes, "[1]", "[\"a\nb\"]"), (.bool, "[2]", "[true,tru]"), (.fp32, "[1]", "[1}"),
    ])
    func theOrderOfMembersDoesNotMatter(type: DataType, shape: String, data: String) {
        func outcome(_ members: [String]) -> String {
            let json =
                #"{"inputs":[{\#(members.joined(separator: ","))}],"id":"\#(String(repeating: "x", count: 200))"}"#
            do throws(ServingError) {
                let tensor = try InferRequestDecoderTests.decode(json).request.inputs[0]
                return tensor.bytes.withUnsafeBytes { "\(tensor.shape) \(Array($0))" }
            } catch {
                // Only the offsets of syntax errors depend on the order.
                return error.message.replacing(#/ at \d+$/#, with: "")
            }
        }
        let members = [#""name":"X""#, #""datatype":"\#(type.protocolName)""#, #""shape":\#(shape)"#]
        let ahead = outcome(members + [#""data":\#(data)"#])
        #expect(ahead == outcome([#""data":\#(data)"#] + members))
        #expect(ahead == outcome([members[2], #""data":\#(data)"#, members[1], members[0]]))
    }

    @Test func manyStringsGrowTheirBuffer() throws {
        let strings = (0..<3000).map { String(repeating: "s", count: $0 % 70) }
        let data = "[" + strings.map { "\"\($0)\"" }.joined(separator: " ,\n") + "]"
        let tensor = try decode(.bytes, [3000], data)
        tensor.bytes.withUnsafeBytes { memory in
            var elements = BytesElements(memory)
            for string in strings {
                #expect(elements.next().map { String(decoding: $0, as: UTF8.self) } == string)
            }
            #expect(elements.next() == nil)
        }
    }
}
