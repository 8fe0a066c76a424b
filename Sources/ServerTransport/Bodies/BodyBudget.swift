package import InferenceTypes
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many bytes of request bodies a server holds at one time, over all connections and protocols.
///
/// Thread-safe.
package final class BodyBudget: Sendable {
    /// Bodies up to this size are not counted: the number of connections bounds what they take together.
    package static let uncounted = 64 * 1024

    /// What a client is told whose body finds no room.
    package static let refusal =
        "the request bodies that the server holds take all the memory that they may; try again later, or increase the "
        + "limit with --max-request-memory-size"

    private let limit: Int
    private let used = Atomic(0)

    package init(limit: Int = BodyBudget.defaultLimit) { self.limit = limit }

    /// Half the memory of the machine, which leaves room for responses and models.
    package static let defaultLimit = sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE))

    package var usedByteCount: Int { used.load(ordering: .relaxed) }

    fileprivate func take(_ byteCount: Int) -> Bool {
        let total = used.wrappingAdd(byteCount, ordering: .relaxed).newValue
        guard total > limit else { return true }
        giveBack(byteCount)
        return false
    }

    fileprivate func giveBack(_ byteCount: Int) { used.wrappingSubtract(byteCount, ordering: .relaxed) }
}

/// What one body takes of a budget, from its first bytes until nobody refers to it any more.
// @unchecked: written by the connection only, which is done with that before it shares the body.
package final class BodyShare: @unchecked Sendable {
    private let budget: BodyBudget
    private var byteCount = 0
    private var body: TensorBytes?

    package init(of budget: BodyBudget) { self.budget = budget }

    /// Counts that many bytes more; `false` if the budget has no room for them.
    package func grow(by more: Int) -> Bool {
        guard budget.take(more) else { return false }
        byteCount += more
        return true
    }

    /// `body`, which from now on takes its share for as long as anybody refers to it.
    package func cover(_ body: TensorBytes) -> TensorBytes {
        self.body = body
        return TensorBytes(body.pointer, owner: self)
    }

    deinit { budget.giveBack(byteCount) }
}
