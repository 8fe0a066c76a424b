import BackendAPI
import Foundation
import InferenceTypes
import Logging
import ModelConfiguration
import Testing
import TorchBackend

/// LibTorch and the modules that make_models.py writes.
enum TorchFixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let libraryPath = root.appending(path: ".deps/libtorch/lib/libnereid_torch.so").path

    static let modelsDirectory: String = {
        ProcessInfo.processInfo.environment["NEREID_TEST_MODELS"] ?? root.appending(path: ".deps/test-models").path
    }()

    /// Tests are left out only where LibTorch is absent and nobody insists on it.
    static let isUsable: Bool = {
        if ProcessInfo.processInfo.environment["NEREID_REQUIRE_TORCH"] != nil { return true }
        let files = FileManager.default
        return files.fileExists(atPath: libraryPath) && files.fileExists(atPath: modelsDirectory + "/.complete")
    }()

    static let backend = TorchBackend(libraryPaths: [libraryPath])

    /// A context whose version directory is the folder of test modules.
    static func context(_ file: String, _ configure: (inout ModelConfig) -> Void = { _ in }) -> ModelContext {
        var configuration = ModelConfig()
        configuration.name = file
        configuration.backend = "pytorch"
        configuration.defaultModelFilename = file + ".pt"
        configure(&configuration)
        return ModelContext(
            name: file, version: 1, configuration: configuration, modelDirectory: modelsDirectory,
            versionDirectory: modelsDirectory, coreBudget: 2,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func load(_ file: String, _ configure: (inout ModelConfig) -> Void = { _ in }) throws -> any LoadedModel {
        try backend.loadModel(context(file, configure))
    }

    static func instance(_ model: any LoadedModel, ordinal: Int = 0, of count: Int = 1) throws -> any ModelInstance {
        var group = ModelInstanceGroup()
        group.name = "group"
        group.kind = .cpu
        group.count = Int32(count)
        return try model.makeInstance(
            InstanceContext(name: "group_\(ordinal)", group: group, ordinal: ordinal, instanceCount: count))
    }

    static func instance(_ file: String, _ configure: (inout ModelConfig) -> Void = { _ in }) throws
        -> any ModelInstance
    {
        try instance(load(file, configure))
    }

    /// The error that loading gives.
    static func loadError(_ file: String, _ configure: (inout ModelConfig) -> Void = { _ in }) -> ServingError? {
        do {
            _ = try backend.loadModel(context(file, configure))
            return nil
        } catch {
            return error
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsTorch: Self {
        .enabled(
            if: TorchFixture.isUsable,
            "LibTorch or its test modules are missing: run scripts/fetch-libtorch, scripts/build-torch-shim and Tests/TorchBackendTests/make_models.py"
        )
    }
}

extension ModelConfig {
    mutating func add(input name: String, _ type: DataType = .fp32, _ dims: Shape = [-1], optional: Bool = false) {
        var input = ModelInput()
        input.name = name
        input.dataType = type
        input.dims = dims
        input.optional = optional
        inputs.append(input)
    }

    mutating func add(output name: String, _ type: DataType = .fp32, _ dims: Shape = [-1]) {
        var output = ModelOutput()
        output.name = name
        output.dataType = type
        output.dims = dims
        outputs.append(output)
    }
}

extension Tensor {
    static func of<Element: BitwiseCopyable>(
        _ name: String, _ type: DataType, _ shape: Shape, _ elements: [Element]
    ) -> Tensor {
        Tensor(
            name: name, dataType: type, shape: shape,
            bytes: elements.withUnsafeBytes { TensorBytes(copying: Array($0)) })
    }

    static func floats(_ name: String, _ shape: Shape, _ elements: [Float]) -> Tensor {
        .of(name, .fp32, shape, elements)
    }

    static func strings(_ name: String, _ texts: [String]) -> Tensor {
        var bytes: [UInt8] = []
        for text in texts {
            withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { bytes += $0 }
            bytes += Array(text.utf8)
        }
        return Tensor(name: name, dataType: .bytes, shape: [Int64(texts.count)], bytes: TensorBytes(copying: bytes))
    }

    func elements<Element: BitwiseCopyable>(_: Element.Type = Element.self) -> [Element] {
        bytes.withUnsafeBytes { raw in
            (0..<(raw.count / MemoryLayout<Element>.stride)).map {
                raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)
            }
        }
    }

    var floats: [Float] { elements() }

    var texts: [String] {
        bytes.withUnsafeBytes { raw in
            var texts: [String] = []
            var offset = 0
            while offset + 4 <= raw.count {
                let count = Int(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                texts.append(String(decoding: raw[(offset + 4)..<(offset + 4 + count)], as: UTF8.self))
                offset += 4 + count
            }
            return texts
        }
    }
}

extension ModelInstance {
    /// Runs requests of the given inputs as one batch.
    func run(_ requests: [[Tensor]], outputs: [String] = []) -> [Result<[Tensor], ServingError>] {
        let made = requests.map { inputs in
            var request = InferenceRequest(modelName: "m")
            request.inputs = inputs
            request.requestedOutputs = outputs
            request.batchSize = Int(inputs.first?.shape.dimensions.first ?? 0)
            return request
        }
        let total = made.reduce(0) { $0 + max(1, $1.batchSize) }
        return execute(ExecutionBatch(requests: made, totalBatchSize: total)).answers.map { $0.map(\.outputs) }
    }

    func run(_ inputs: [Tensor], outputs: [String] = []) throws -> [Tensor] {
        try run([inputs], outputs: outputs)[0].get()
    }

    func error(_ inputs: [Tensor]) -> ServingError? {
        if case .failure(let error) = run([inputs])[0] { error } else { nil }
    }
}
