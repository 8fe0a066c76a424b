import InferenceProtos
import SwiftProtobuf

/// gRPC's server reflection: lets generic clients explore the server.
///
/// Works on messages of v1. Those of v1alpha have the same fields, numbers and types, so their bytes are read as such.
struct ReflectionService: Sendable {
    typealias Request = Grpc_Reflection_V1_ServerReflectionRequest
    typealias Response = Grpc_Reflection_V1_ServerReflectionResponse

    let descriptors: DescriptorIndex

    func respond(to request: Request) -> Response {
        .with {
            $0.validHost = request.host
            $0.originalRequest = request
            $0.messageResponse = answer(request.messageRequest)
        }
    }

    private func answer(_ request: Request.OneOf_MessageRequest?) -> Response.OneOf_MessageResponse {
        switch request {
        case .fileByFilename(let name):
            return file(name) ?? Self.error(.notFound, "there is no proto file '\(name)'")
        case .fileContainingSymbol(let symbol):
            return descriptors.fileName(declaring: symbol).flatMap(file)
                ?? Self.error(.notFound, "no proto file declares '\(symbol)'")
        case .fileContainingExtension(let request):
            return Self.error(
                .notFound,
                "'\(request.containingType)' has no extension \(request.extensionNumber): this server has no extensions"
            )
        case .allExtensionNumbersOfType(let type):
            guard descriptors.isMessage(type) else {
                return Self.error(.notFound, "there is no message '\(type)'")
            }
            return .allExtensionNumbersResponse(.with { $0.baseTypeName = type })
        case .listServices:
            return .listServicesResponse(
                .with { $0.service = descriptors.serviceNames.map { name in .with { $0.name = name } } })
        case nil:
            return Self.error(.invalidArgument, "the request asks for nothing that this server knows")
        }
    }

    private func file(_ name: String) -> Response.OneOf_MessageResponse? {
        descriptors.serializedFiles(named: name).map { files in
            .fileDescriptorResponse(.with { $0.fileDescriptorProto = files })
        }
    }

    private static func error(_ code: GRPCStatusCode, _ message: String) -> Response.OneOf_MessageResponse {
        .errorResponse(
            .with {
                $0.errorCode = Int32(code.rawValue)
                $0.errorMessage = message
            })
    }
}
