public import InferenceEngine
public import InferenceTypes

extension Servable {
    /// Sends a request and waits for its one answer.
    public func infer(_ request: InferenceRequest) async -> Result<InferenceResponse, ServingError> {
        await withCheckedContinuation { continuation in
            enqueue(
                request,
                ResponseSender { event in
                    switch event {
                    case .final(let response): continuation.resume(returning: .success(response))
                    case .failed(let error): continuation.resume(returning: .failure(error))
                    case .finished:
                        continuation.resume(
                            returning: .failure(ServingError(.internal, "finished without a response")))
                    case .partial: break
                    }
                })
        }
    }
}
