import InferenceTypes
import ModelConfiguration

/// A model version lent to one request: while this exists, the version is not unloaded to make room.
final class LeasedServable: Servable {
    private let base: any Servable
    private let use: ModelUse

    /// - Parameter stamp: larger than those of earlier leases.
    init(_ base: any Servable, _ use: ModelUse, stamp: UInt64) {
        self.base = base
        self.use = use
        use.beginLease(stamp: stamp)
    }

    deinit { use.endLease() }

    var name: String { base.name }
    var version: Int64 { base.version }
    var configuration: ModelConfig { base.configuration }
    var statistics: ModelStatistics { base.statistics }
    var memoryUsage: [MemoryUsage] { base.memoryUsage }
    var isBatching: Bool { base.isBatching }
    var isDecoupled: Bool { base.isDecoupled }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender) { base.enqueue(request, responder) }

    func enqueue(_ request: InferenceRequest, _ responder: ResponseSender, waking wakes: WakeBatch?) {
        base.enqueue(request, responder, waking: wakes)
    }

    func label(output: String, index: Int) -> String? { base.label(output: output, index: index) }
}
