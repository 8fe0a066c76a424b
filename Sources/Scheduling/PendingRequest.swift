public import InferenceTypes

/// A validated request on its way through a scheduler, with the way back to its client.
public final class PendingRequest: Sendable {
    public let request: InferenceRequest
    public let responder: ResponseSender
    /// When it was given to the model; queue time and request time count from here.
    public let enqueued: ContinuousClock.Instant
    /// Kept alive until the request has been answered: the model version that serves it.
    private let owner: any AnyObject & Sendable

    public init(
        request: InferenceRequest, responder: ResponseSender, enqueued: ContinuousClock.Instant,
        owner: any AnyObject & Sendable
    ) {
        self.request = request
        self.responder = responder
        self.enqueued = enqueued
        self.owner = owner
    }

    /// What the request counts for in a batch: its leading dimension, at least 1.
    public var batchSize: Int { max(request.batchSize, 1) }
}
