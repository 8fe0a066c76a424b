import InferenceEngine
import InferenceTypes
import ServerTransport
import ServingProtocol

/// One call of ModelInfer: one request, and one response on the thread that has it.
struct ModelInfer: Sendable {
    let call: any GRPCCall
    let intake: InferIntake

    /// On the event loop.
    func received(_ body: TensorBytes) {
        guard InferRequestMessage.isQuicklyRead(body) else {
            return runDecoding { infer(body, isOnEventLoop: false) }
        }
        infer(body, isOnEventLoop: true)
    }

    private func infer(_ body: TensorBytes, isOnEventLoop: Bool) {
        let message: InferRequestMessage
        do throws(GRPCStatus) {
            message = try intake.read(body)
        } catch {
            return call.finish(error)
        }
        do throws(ServingError) {
            switch try intake.lookUpModel(of: message) {
            case .servable(let servable): infer(message, body, on: servable, isOnEventLoop: isOnEventLoop)
            case .absent(let wait):
                wait.start(cancellation: call.cancellation) { result in
                    switch result {
                    case .success(let servable):
                        runDecoding { infer(message, body, on: servable, isOnEventLoop: false) }
                    case .failure(let error): call.finish(GRPCStatus(error))
                    }
                }
            }
        } catch {
            call.finish(GRPCStatus(error))
        }
    }

    private func infer(
        _ message: InferRequestMessage, _ body: TensorBytes, on servable: any Servable, isOnEventLoop: Bool
    ) {
        do throws(ServingError) {
            guard !servable.isDecoupled else {
                throw ServingError(
                    .unsupported, "ModelInfer RPC doesn't support models with decoupled transaction policy")
            }
            let decoded = try intake.decode(message, body, for: servable, of: call)
            if isOnEventLoop, !decoded.isQuicklyChecked {
                runDecoding { enqueue(decoded, servable) }
            } else {
                enqueue(decoded, servable)
            }
        } catch {
            call.finish(GRPCStatus(error))
        }
    }

    private func enqueue(_ decoded: DecodedInferRequest, _ servable: any Servable) {
        var request = decoded.request
        request.cancellation = call.cancellation
        if !decoded.sharedInputs.isEmpty {
            do throws(ServingError) {
                try decoded.sharedInputs.read(into: &request)
            } catch {
                return call.finish(GRPCStatus(error))
            }
        }
        servable.enqueue(
            request,
            ResponseSender { [call, outputs = decoded.outputs] event in
                Self.answer(call, event, outputs, servable)
            }, waking: call.wakes)
    }

    private static func answer(
        _ call: any GRPCCall, _ event: ResponseSender.Event, _ outputs: RequestedOutputs, _ servable: any Servable
    ) {
        switch event {
        case .final(var response):
            do throws(ServingError) {
                try outputs.prepare(&response, of: servable)
                call.finish(with: InferResponseEncoder.encode(InferResponseMessage(response)))
            } catch {
                call.finish(GRPCStatus(error))
            }
        case .failed(let error): call.finish(GRPCStatus(error))
        case .partial: break
        case .finished: call.finish(GRPCStatus(ServingError.endedWithoutResponse))
        }
    }

    /// Runs what would keep the other connections of an event loop waiting, unless nobody waits for it any more.
    private func runDecoding(_ work: @escaping @Sendable () -> Void) {
        call.decodingThreads.run { [call] isStopping in
            if isStopping { return call.finish(GRPCStatus(.serverIsStopping)) }
            guard !call.cancellation.isCancelled else {
                return call.finish(GRPCStatus(.cancelled, "the client has cancelled the call"))
            }
            work()
        }
    }
}
