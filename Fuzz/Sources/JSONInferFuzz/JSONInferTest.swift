import FuzzDriver
import InferenceTypes

@testable import HTTPFrontend
@testable import JSONText

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A request all in JSON. Its syntax is judged as by the reader of whole documents, its numbers are what the C library
/// reads, the order of members does not change tensors, and what is written of a tensor is read as the same tensor.
enum JSONInferTest: FuzzTest {
    static func run(_ input: UnsafeRawBufferPointer) {
        guard !input.isEmpty else { return }
        let syntaxError = syntaxError(of: input)
        do throws(ServingError) {
            // Not copied: what is read beyond the input is found out.
            let body = TensorBytes(input, owner: nil)
            let (request, _) = try InferRequestDecoder.decode(
                body, headerLength: input.count, model: "m", version: nil)
            precondition(syntaxError == nil, "accepted in spite of: \(syntaxError ?? "")")
            for tensor in request.inputs { check(tensor, sizeOfInput: input.count) }
            checkNumbers(input)
        } catch {
            let prefix = "failed to parse the request JSON buffer: "
            if error.message.hasPrefix(prefix) {
                precondition(error.message == prefix + (syntaxError ?? "no error"), error.message)
            } else {
                precondition(syntaxError == nil, "\(error.message), but not: \(syntaxError ?? "")")
            }
        }
    }

    private static func syntaxError(of input: UnsafeRawBufferPointer) -> String? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: input, maximumDepth: .max)
            return nil
        } catch { return error.description }
    }

    private static func check(_ tensor: Tensor, sizeOfInput: Int) {
        precondition(tensor.bytes.count <= 8 * sizeOfInput, "a tensor takes more than its text can hold")
        if let byteCount = tensor.shape.byteCount(of: tensor.dataType) {
            // Without elements, and of a binary tensor of no bytes, which is judged later.
            precondition(tensor.bytes.count == byteCount || tensor.bytes.count == 0)
        }
        guard tensor.dataType.byteSize != nil, tensor.bytes.count > 0 else { return }
        var writer = JSONWriter()
        writer.beginArray()
        do throws(ServingError) { try JSONTensorEncoder.write(tensor, &writer) } catch { fatalError(error.message) }
        writer.endArray()
        let data = String(decoding: writer.bytes, as: UTF8.self)
        let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
        let datatype = tensor.dataType.protocolName
        // Data before and after what tells how to read it.
        compare(
            tensor, #"{"inputs":[{"name":"X","shape":[\#(shape)],"datatype":"\#(datatype)","data":\#(data)}]}"#)
        compare(
            tensor, #"{"inputs":[{"data":\#(data),"datatype":"\#(datatype)","shape":[\#(shape)],"name":"X"}]}"#)
    }

    private static func checkNumbers(_ input: UnsafeRawBufferPointer) {
        var reader = JSONReader(input)
        while let token = try? reader.next() {
            if case .end = token { return }
            guard case .number(let number) = token else { continue }
            var text = String(decoding: number.text, as: UTF8.self)
            if text.hasSuffix("NaN") { text = "nan" }
            precondition(isSame(number.double, strtod(text, nil)), "\(text) is not \(number.double)")
            precondition(isSame(number.float, strtof(text, nil)), "\(text) is not the float \(number.float)")
            let isInteger = !text.contains { ".eEnI".contains($0) }
            precondition(number.int64 == (isInteger ? Int64(text) : nil), "\(text) is not \(number.int64 ?? 0)")
            precondition(number.uint64 == (isInteger ? UInt64(text) : nil), "\(text) is not \(number.uint64 ?? 0)")
        }
    }

    private static func isSame<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Bool {
        left == right || left.isNaN && right.isNaN
    }

    private static func compare(_ tensor: Tensor, _ json: String) {
        do throws(ServingError) {
            let body = TensorBytes(copying: Array(json.utf8))
            let again = try InferRequestDecoder.decode(body, headerLength: body.count, model: "m", version: nil)
            precondition(
                again.request.inputs[0].bytes.pointer.elementsEqual(tensor.bytes.pointer), "other elements: \(json)")
        } catch { fatalError("\(error.message): \(json)") }
    }
}
