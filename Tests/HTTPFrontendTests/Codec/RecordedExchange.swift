import InferenceEngine
import InferenceTypes
import ServingProtocol
import ModelConfiguration
import Testing

@testable import HTTPFrontend

/// Inference requests recorded against Triton 2.51, and what it answered, run through decoding, validation, a model that
/// copies its inputs, and encoding.
enum RecordedExchange {
    enum HeaderLength: Sendable {
        case json
        case wholeBody
        case bytes(Int)
    }

    struct Request: Sendable {
        let id: String
        let model: String
        let body: [UInt8]
        let headerLength: Int

        init(_ id: String, _ model: String, _ json: String, binary: String = "", headerLength: HeaderLength = .json) {
            self.id = id
            self.model = model
            let text = Array(json.utf8)
            body = text + bytes(hexadecimal: binary)
            self.headerLength =
                switch headerLength {
                case .json: text.count
                case .wholeBody: body.count
                case .bytes(let count): count
                }
        }
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let request: Request
        let json: String
        let binary: [UInt8]

        init(_ request: Request, _ json: String, binary: String = "") {
            self.request = request
            self.json = json
            self.binary = bytes(hexadecimal: binary)
        }

        var testDescription: String { request.id }
    }

    struct Rejection: Sendable, CustomTestStringConvertible {
        let request: Request
        let code: ServingError.Code
        let message: String

        init(_ request: Request, _ code: ServingError.Code, _ message: String) {
            self.request = request
            self.code = code
            self.message = message
        }

        var testDescription: String { request.id }
    }

    static let sixteen = "0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,13.0,14.0,15.0"
    static let sixteenFloats = (0..<16).map { number in
        withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { $0.map(twoDigits).joined() }
    }.joined()
    static let batchNote =
        "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size."

    /// What becomes of a request: decoded, validated, its inputs copied to the outputs, encoded.
    static func run(_ request: Request) throws(ServingError) -> InferResponseEncoder.Encoded {
        let config = configuration(request.model)
        var (decoded, plan) = try InferRequestDecoder.decode(
            TensorBytes(copying: request.body), headerLength: request.headerLength, model: request.model, version: 1)
        try RequestValidator(config).validate(&decoded)
        var response = InferenceResponse(
            modelName: request.model, modelVersion: 1, id: decoded.id, outputs: outputs(of: decoded, config))
        try plan.outputs.prepare(&response, batches: config.maxBatchSize > 0) { output, index in
            request.model == "id_labels" ? ["cat", "dog", "fox", "owl"][index] : nil
        }
        return try InferResponseEncoder.encode(response, plan)
    }

    private static func outputs(of request: InferenceRequest, _ config: ModelConfig) -> [Tensor] {
        request.requestedOutputs.compactMap { name in
            guard let index = config.outputs.firstIndex(where: { $0.name == name }),
                var tensor = request.inputs.first(where: { $0.name == config.inputs[index].name })
            else { return nil }
            tensor.name = name
            if config.inputs[index].reshape != nil {
                tensor.shape.dimensions += config.outputs[index].dims.dimensions
            }
            return tensor
        }
    }

    static func configuration(_ model: String) -> ModelConfig {
        switch model {
        case "id_two": make(model, batch: 4, [("INPUT0", .fp32, [-1]), ("INPUT1", .int32, [2])])
        case "id_bytes": make(model, batch: 8, [("INPUT0", .bytes, [-1])])
        case "id_var": make(model, batch: 0, [("INPUT0", .int32, [-1, 3])])
        case "id_labels": make(model, batch: 4, [("INPUT0", .fp32, [4])])
        case "id_seq": make(model, batch: 4, [("INPUT0", .int32, [1])])
        case "id_reshape": make(model, batch: 4, [("INPUT0", .fp32, [1])], reshape: [])
        case "ens_id3": make(model, batch: 8, [("IN", .fp32, [16])])
        case "id_types":
            make(
                model, batch: 0,
                [
                    .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp16, .fp32, .fp64,
                    .bytes,
                    .bf16,
                ].enumerated().map { ("INPUT\($0.offset)", $0.element, [2]) }, optional: true)
        default: make(model, batch: 8, [("INPUT0", .fp32, [16])])
        }
    }

    private static func make(
        _ name: String, batch: Int32, _ tensors: [(String, DataType, Shape)], reshape: Shape? = nil,
        optional: Bool = false
    ) -> ModelConfig {
        var config = ModelConfig()
        config.name = name
        config.maxBatchSize = batch
        for (name, type, dims) in tensors {
            var input = ModelInput()
            input.name = name
            input.dataType = type
            input.dims = dims
            input.reshape = reshape
            input.optional = optional
            config.inputs.append(input)
            var output = ModelOutput()
            output.name = "OUT" + name.dropFirst(2)
            output.dataType = type
            output.dims = dims
            config.outputs.append(output)
        }
        return config
    }

    private static func bytes(hexadecimal text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func twoDigits(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
