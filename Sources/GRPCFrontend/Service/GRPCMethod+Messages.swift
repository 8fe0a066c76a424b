import InferenceTypes
import ServingProtocol
import SwiftProtobuf

extension GRPCMethod {
    /// A method that answers at once.
    static func unary<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ path: String, _ category: APICategory,
        _ answer: @escaping @Sendable (Request) throws(ServingError) -> Response
    ) -> GRPCMethod {
        GRPCMethod(
            path,
            .unary { message throws(GRPCStatus) in
                let request = try Request(message: message)
                let response: Response
                do throws(ServingError) {
                    response = try answer(request)
                } catch {
                    throw GRPCStatus(error)
                }
                return try GRPCMessage(encoding: response)
            }, category: category)
    }

    /// A method that may wait.
    static func unaryTask<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ path: String, _ category: APICategory,
        _ answer: @escaping @Sendable (Request) async throws(ServingError) -> Response
    ) -> GRPCMethod {
        unaryTaskWithTrailers(path, category) { (request: Request) async throws(ServingError) in
            (try await answer(request), [])
        }
    }

    /// A method that may wait, and tells something in metadata after its message.
    static func unaryTaskWithTrailers<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ path: String, _ category: APICategory,
        _ answer: @escaping @Sendable (Request) async throws(ServingError) -> (Response, [GRPCMetadata.Field])
    ) -> GRPCMethod {
        GRPCMethod(
            path,
            .unaryTask { message async throws(GRPCStatus) in
                let request = try Request(message: message)
                let response: Response
                let trailers: [GRPCMetadata.Field]
                do throws(ServingError) {
                    (response, trailers) = try await answer(request)
                } catch {
                    throw GRPCStatus(error)
                }
                var encoded = try GRPCMessage(encoding: response)
                encoded.trailers = trailers
                return encoded
            }, category: category)
    }
}
