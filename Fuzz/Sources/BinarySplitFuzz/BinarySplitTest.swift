import FuzzDriver
import InferenceTypes

@testable import HTTPFrontend

/// A line with what the client says about the length of the JSON, then the body: JSON followed by binary tensors. What is
/// accepted lies inside the body, in order, without gaps.
enum BinarySplitTest: FuzzTest {
    static func run(_ input: UnsafeRawBufferPointer) {
        let lineEnd = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.count
        let field = ArraySlice(Array(input[..<lineEnd]))
        // Not copied: what is read beyond the input is found out.
        let body = TensorBytes(UnsafeRawBufferPointer(rebasing: input.dropFirst(lineEnd + 1)), owner: nil)
        do throws(ServingError) {
            let length = try InferenceHeaderLength(field.isEmpty ? nil : field).length(ofBody: body.count)
            let (request, _) = try InferRequestDecoder.decode(body, headerLength: length, model: "m", version: nil)
            check(request, body, headerLength: length)
        } catch {
            precondition(!error.message.isEmpty)
        }
    }

    private static func check(_ request: InferenceRequest, _ body: TensorBytes, headerLength: Int) {
        guard let start = body.pointer.baseAddress else { return }
        if request.isRawInput {
            precondition(request.inputs.count == 1 && request.inputs[0].bytes.count == body.count)
            return
        }
        var offset = headerLength
        for tensor in request.inputs where isInside(tensor.bytes, body) {
            precondition(tensor.bytes.pointer.baseAddress == start + offset, "a gap before \(tensor.name)")
            offset += tensor.bytes.count
        }
        precondition(offset == body.count, "bytes are left over")
    }

    private static func isInside(_ bytes: TensorBytes, _ body: TensorBytes) -> Bool {
        guard bytes.count > 0, let start = bytes.pointer.baseAddress, let base = body.pointer.baseAddress else {
            return false
        }
        guard start >= base, start < base + body.count else { return false }
        precondition(start + bytes.count <= base + body.count, "a tensor reaches beyond the body")
        return true
    }
}
