import Foundation
import InferenceTypes

/// Runs `forward` of a scratch module on made-up inputs, until a deadline.
struct TrialRunner {
    /// The trials stop: there is no more time for them.
    struct OutOfTime: Error {}

    private let module: TorchModule
    private let deadline: ContinuousClock.Instant
    private(set) var lastError: String?

    /// No trial input is larger than this.
    static let maximumBytes = 64 << 20

    init(module: TorchModule, deadline: ContinuousClock.Instant) {
        self.module = module
        self.deadline = deadline
    }

    /// What `forward` returns for zeros of these datatypes and shapes; `nil` if it fails.
    mutating func run(
        _ inputs: [TrialTensor], bindings: [InputBinding]
    ) throws(OutOfTime) -> [TrialTensor]? {
        guard ContinuousClock.now < deadline else { throw OutOfTime() }
        do throws(ServingError) {
            let arguments = try makeArguments(inputs, bindings)
            // Trials must not leave traces in one another.
            let scratch = module.signature.hasMutableState ? try module.clone() : module
            let result = try scratch.forward(
                arguments, options: .init(optimize: false, intraOpThreads: 1), copySharedOutputs: false)
            return try outputs(of: result)
        } catch {
            lastError = error.message
            return nil
        }
    }

    private func makeArguments(
        _ inputs: [TrialTensor], _ bindings: [InputBinding]
    ) throws(ServingError) -> [ForwardArgument] {
        var arguments: [ForwardArgument] = []
        for (input, binding) in zip(inputs, bindings) {
            let elementSize = input.dataType.byteSize ?? MemoryLayout<UInt32>.size
            guard let count = input.shape.elementCount, count <= Self.maximumBytes / elementSize else {
                throw ServingError(.invalidArgument, "a trial input would be too large")
            }
            // All zeros are also empty strings: a length of 0 each.
            let buffer = TensorBuffer(byteCount: count * elementSize)
            if let start = buffer.bytes.baseAddress { memset(start, 0, buffer.bytes.count) }
            arguments.append(
                ForwardArgument(
                    index: binding.argument, key: binding.key, scalarType: TorchScalarType(input.dataType),
                    shape: input.shape, bytes: TensorBytes(buffer)))
        }
        return arguments
    }

    private func outputs(of result: ForwardResult) throws(ServingError) -> [TrialTensor] {
        var outputs: [TrialTensor] = []
        for (index, value) in result.values.enumerated() {
            let name = value.name ?? "OUTPUT__\(index)"
            guard let type = value.dataType, value.shape.rank > 0 else {
                throw ServingError(
                    .invalidArgument, "forward returns a value that cannot be an output (index \(index))")
            }
            outputs.append(TrialTensor(name: name, dataType: type, shape: value.shape))
        }
        return outputs
    }
}
