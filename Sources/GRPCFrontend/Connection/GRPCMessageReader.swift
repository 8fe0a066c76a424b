import InferenceTypes
import ServerTransport

/// Takes the messages of one call out of the bytes of its stream: five bytes of prefix, then the message.
///
/// Each byte is copied once, from the receive buffer into memory for tensors, which grows with what arrives.
/// Source of the format: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
struct GRPCMessageReader {
    enum Event {
        case needsMore
        case message(TensorBytes, isCompressed: Bool)
        case failure(GRPCStatus)
    }

    /// Of a message that comes in pieces this much is waited for before memory is laid out for it.
    static let startByteCount = 512
    static let prefixByteCount = 5

    private let limit: Int
    private let budget: BodyBudget
    private let alignedOffset: (@Sendable (UnsafeRawBufferPointer) -> Int)?

    /// The bytes of a prefix received so far, the first in the highest place.
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    private var isCompressed = false
    private var length = 0
    /// The first bytes, until there are enough of them.
    private var start: [UInt8] = []
    private var body: RequestBodyBuffer?
    /// What a large message takes of the budget.
    private var share: BodyShare?

    /// `limit`: the most bytes of a message. `budget`: of all that the server receives.
    init(
        limit: Int, budget: BodyBudget = BodyBudget(),
        alignedOffset: (@Sendable (UnsafeRawBufferPointer) -> Int)? = nil
    ) {
        self.limit = limit
        self.budget = budget
        self.alignedOffset = alignedOffset
    }

    var isBetweenMessages: Bool { prefixCount == 0 }

    /// For the message on its way.
    var allocatedByteCount: Int { body?.capacity ?? start.count }

    /// What comes next in `input`, from `offset` on, which moves past it.
    mutating func next(_ input: UnsafeRawBufferPointer, at offset: inout Int) -> Event {
        while prefixCount < Self.prefixByteCount {
            guard offset < input.count else { return .needsMore }
            prefix = prefix << 8 | UInt64(input[offset])
            prefixCount += 1
            offset += 1
            if prefixCount == Self.prefixByteCount, let status = beginMessage() { return .failure(status) }
        }
        let received = start.count + (body?.count ?? 0)
        let piece = UnsafeRawBufferPointer(rebasing: input[offset..<min(input.count, offset + length - received)])
        offset += piece.count
        guard fits(piece.count, of: received + piece.count) else { return .failure(Self.overBudget) }
        append(piece)
        if body?.isOutOfMemory == true { return .failure(Self.noMemory) }
        return received + piece.count == length ? finishMessage() : .needsMore
    }

    static let overBudget = GRPCStatus(.unavailable, BodyBudget.refusal)
    private static let noMemory = GRPCStatus(.unavailable, RequestBodyBuffer.outOfMemory)

    /// Counts what has come of a large message.
    private mutating func fits(_ more: Int, of received: Int) -> Bool {
        guard received > BodyBudget.uncounted else { return true }
        if let share { return share.grow(by: more) }
        let share = BodyShare(of: budget)
        self.share = share
        return share.grow(by: received)
    }

    /// Reads the prefix.
    private mutating func beginMessage() -> GRPCStatus? {
        let flags = prefix >> 32
        guard flags <= 1 else { return GRPCStatus(.internal, "Received invalid message flags 0x\(hex(flags))") }
        isCompressed = flags == 1
        length = Int(prefix & 0xffff_ffff)
        guard length <= limit else {
            return GRPCStatus(.resourceExhausted, "Received message larger than max (\(length) vs. \(limit))")
        }
        return nil
    }

    private func hex(_ number: UInt64) -> String { String(number, radix: 16) }

    private mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard body == nil else {
            body?.append(piece)
            return
        }
        let missing = min(length, Self.startByteCount) - start.count
        guard piece.count >= missing else { return start.append(contentsOf: piece) }
        if start.isEmpty { return layOut(piece) }
        start.append(contentsOf: piece.prefix(missing))
        let first = start
        start = []
        first.withUnsafeBytes { layOut($0) }
        body?.append(UnsafeRawBufferPointer(rebasing: piece.dropFirst(missing)))
    }

    /// Makes room for the message and copies its first bytes.
    private mutating func layOut(_ firstBytes: UnsafeRawBufferPointer) {
        let offset = isCompressed ? 0 : alignedOffset?(firstBytes) ?? 0
        var body = RequestBodyBuffer(expectedCount: length, alignedOffset: offset)
        body.append(firstBytes)
        self.body = body
    }

    private mutating func finishMessage() -> Event {
        let received = body?.finish() ?? .empty
        let message = share?.cover(received) ?? received
        body = nil
        share = nil
        prefix = 0
        prefixCount = 0
        return .message(message, isCompressed: isCompressed)
    }
}
