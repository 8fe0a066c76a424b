import FuzzDriver
import InferenceTypes

@testable import HTTPFrontend
@testable import ServerTransport

/// Compressed bodies and base64. The first byte chooses, the rest is the input.
enum CompressionTest: FuzzTest {
    private static let limit = 1 << 20

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let first = input.first else { return }
        let rest = UnsafeRawBufferPointer(rebasing: input[1...])
        switch first & 3 {
        case 0: inflate(rest, .gzip, alignedOffset: Int(first >> 2))
        case 1: inflate(rest, .deflate, alignedOffset: Int(first >> 2))
        case 2: makeTheRoundTrip(rest, first & 4 == 0 ? .gzip : .deflate)
        default: decodeBase64(rest)
        }
    }

    private static func inflate(_ input: UnsafeRawBufferPointer, _ coding: ContentCoding, alignedOffset: Int) {
        do throws(ServingError) {
            let output = try Inflater.inflate(
                TensorBytes(input, owner: nil), coding, limit: limit, alignedOffset: alignedOffset)
            precondition(output.count <= limit)
            checkLimit(input, coding, output)
            if output.count > alignedOffset {
                precondition(output.slice(alignedOffset..<output.count).isAligned(to: 64))
            }
        } catch {
            precondition(error.code == .invalidArgument, error.message)
        }
    }

    /// What was inflated fits a limit of its size, and no smaller one.
    private static func checkLimit(_ input: UnsafeRawBufferPointer, _ coding: ContentCoding, _ output: TensorBytes) {
        let body = TensorBytes(input, owner: nil)
        let again = try? Inflater.inflate(body, coding, limit: output.count, alignedOffset: 0)
        precondition(again?.pointer.elementsEqual(output.pointer) ?? false, "refused at its own size")
        if output.count > 0 {
            precondition(
                (try? Inflater.inflate(body, coding, limit: output.count - 1, alignedOffset: 0)) == nil,
                "larger than its limit")
        }
    }

    private static func makeTheRoundTrip(_ input: UnsafeRawBufferPointer, _ coding: ContentCoding) {
        let body = TensorBytes(copying: input)
        let middle = body.count / 2
        let parts = [body.slice(0..<middle), body.slice(middle..<body.count)]
        guard let deflated = Deflater.deflate(parts, coding) else { fatalError("not deflated") }
        do throws(ServingError) {
            let output = try Inflater.inflate(
                TensorBytes(copying: deflated), coding, limit: input.count, alignedOffset: 0)
            precondition(output.pointer.elementsEqual(input))
        } catch { fatalError(error.message) }
    }

    /// What is accepted has, without blanks and padding, as many digits as its bytes need, and is written as those digits.
    private static func decodeBase64(_ input: UnsafeRawBufferPointer) {
        guard let bytes = Base64.decode(input) else { return }
        let digits = input.filter { !" \t\r\n=".utf8.contains($0) }
        precondition(digits.count == (bytes.count * 8 + 5) / 6)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (index, digit) in digits.enumerated() {
            // The bits of the last digit that make no whole byte do not count.
            let bits = min(6, bytes.count * 8 - index * 6)
            let value = (0..<bits).reduce(0) { value, bit in
                let position = index * 6 + bit
                return value << 1 | Int(bytes[position / 8] >> UInt8(7 - position % 8)) & 1
            }
            precondition((alphabet.firstIndex(of: digit) ?? -1) >> (6 - bits) == value)
        }
    }
}
