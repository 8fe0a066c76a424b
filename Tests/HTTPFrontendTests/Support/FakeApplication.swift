import InferenceTypes
import Synchronization

@testable import HTTPFrontend

/// Answers `/now` at once with the body it got; keeps every other exchange until the test answers it.
final class FakeApplication: HTTPApplication {
    struct Call: Sendable {
        var path: String
        var body: [UInt8]
        /// What `body` is a copy of.
        var memory: TensorBytes
        var isAligned: Bool
        var exchange: HTTPExchange
    }

    private let waiting = Mutex<[Call]>([])
    private let bodyLimit: Int
    private let alignedOffset: Int

    init(bodyLimit: Int = 1000, alignedOffset: Int = 0) {
        self.bodyLimit = bodyLimit
        self.alignedOffset = alignedOffset
    }

    /// The exchanges not answered yet, oldest first.
    var calls: [Call] { waiting.withLock { $0 } }

    func takeFirst() -> Call { waiting.withLock { $0.removeFirst() } }

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        let path = String(decoding: head.path, as: UTF8.self)
        if path == "/refused" {
            return HTTPAdmission(body: .discard(limit: bodyLimit), isRefusal: true) { body, exchange in
                exchange.send(.failure(.notFound, "no, \(body.count)"))
            }
        }
        let offset = alignedOffset
        return HTTPAdmission(body: .collect(limit: bodyLimit, alignedOffset: offset)) { [self] body, exchange in
            let bytes = body.withUnsafeBytes { Array($0) }
            if path == "/now" {
                exchange.send(HTTPResponse(.ok, .plainText, body: bytes))
            } else {
                let isAligned = body.count > offset && body.slice(offset..<body.count).isAligned(to: 64)
                waiting.withLock {
                    $0.append(Call(path: path, body: bytes, memory: body, isAligned: isAligned, exchange: exchange))
                }
            }
        }
    }
}
