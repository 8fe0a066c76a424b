internal import CTorchShim
import InferenceTypes

/// A TorchScript module in memory. Freed with its last reference.
// @unchecked: the handle is immutable. LibTorch allows concurrent calls of a module without mutable state; the owner of
// a module with mutable state calls it from one thread at a time.
final class TorchModule: @unchecked Sendable {
    let library: TorchLibrary
    let signature: ForwardSignature
    private let handle: OpaquePointer

    /// How one call is to run.
    struct CallOptions: Sendable {
        var optimize = true
        /// 0 leaves the thread as it is.
        var intraOpThreads: Int32 = 0
    }

    /// Loads a file. `inferenceMode` holds for all calls of the module.
    /// - Throws: LibTorch's own message, with what the file seems to be appended.
    static func load(_ path: String, inferenceMode: Bool, library: TorchLibrary) throws(ServingError) -> TorchModule {
        var handle: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        let status = library.api.load(path, "cpu", inferenceMode ? 1 : 0, &handle, &message)
        guard status == NT_OK, let handle else {
            let cause = library.take(message)
            let hint = library.diagnoseFile(path)
            throw ServingError(.internal, hint.map { "\(cause)\nCause: \($0)." } ?? cause)
        }
        guard let description = library.api.describe(handle) else {
            library.api.unload(handle)
            throw ServingError(.internal, "the module has no description")
        }
        return TorchModule(library: library, handle: handle, signature: ForwardSignature(description.pointee))
    }

    /// Loads a file as the module of a model: pinned if it is never to be optimised, errors in Triton's words.
    static func loadForModel(
        _ path: String, inferenceMode: Bool, optimized: Bool?, model: String, library: TorchLibrary
    ) throws(ServingError) -> TorchModule {
        do throws(ServingError) {
            let module = try load(path, inferenceMode: inferenceMode, library: library)
            if !module.isOptimized(optimized) { try module.pinUnoptimized() }
            return module
        } catch {
            throw .loadFailed(model, error)
        }
    }

    /// Whether calls are optimised, by what the configuration says (`nil`: nothing). Without a word from it a module that
    /// writes to its state is not: specialised plans of such modules give wrong answers after the state is reset.
    func isOptimized(_ configured: Bool?) -> Bool { configured ?? !signature.hasMutableState }

    private init(library: TorchLibrary, handle: OpaquePointer, signature: ForwardSignature) {
        self.library = library
        self.handle = handle
        self.signature = signature
    }

    deinit { library.api.unload(handle) }

    /// A module with its own state that shares code and weights with this one, which must not be executing.
    ///
    /// Parameters that `forward` writes to are state too and are copied. Where the code does not tell which ones it writes
    /// to (calls behind an interface, tensors taken from lists), all are: such a clone needs the memory of a whole model.
    /// - Throws: when a copy would not behave like the module: attributes share memory, `forward` writes to constants.
    func clone() throws(ServingError) -> TorchModule {
        var copy: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        guard library.api.clone(handle, &copy, &message) == NT_OK, let copy else {
            throw ServingError(.internal, library.take(message))
        }
        return TorchModule(library: library, handle: copy, signature: signature)
    }

    /// Makes sure that no function of this module is ever optimised, on any thread. Only before the first call.
    func pinUnoptimized() throws(ServingError) {
        var message: UnsafeMutablePointer<CChar>?
        guard library.api.pin_unoptimized(handle, &message) == NT_OK else {
            throw ServingError(.internal, library.take(message))
        }
    }

    /// The distinct dimensions of the parameters and then of other tensors, in the order of their declaration; at most `limit`.
    func parameterDimensions(limit: Int) -> [Int64] {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: limit) { dimensions in
            let count = library.api.parameter_dimensions(handle, dimensions.baseAddress, limit)
            return Array(dimensions[..<min(count, limit)])
        }
    }

    /// The memory of the module, each piece once.
    func storages() -> [TorchStorage] {
        // Nothing changes between the two calls: the module is not executing.
        let count = library.api.storages(handle, nil, 0)
        let pieces = [nt_storage](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = min(library.api.storages(handle, buffer.baseAddress, count), count)
        }
        return pieces.map {
            TorchStorage(
                identity: UInt(bitPattern: $0.identity), byteCount: $0.byte_count, gpu: $0.gpu < 0 ? nil : $0.gpu)
        }
    }

    /// Calls `forward`. The memory of `arguments` is kept alive for as long as LibTorch refers to it.
    /// - Parameter copySharedOutputs: copy outputs whose memory the module can still reach, and thus overwrite.
    /// - Throws: what forward threw, in LibTorch's words.
    func forward(
        _ arguments: [ForwardArgument], options: CallOptions, copySharedOutputs: Bool
    ) throws(ServingError) -> ForwardResult {
        let rankSum = arguments.reduce(0) { $0 + $1.shape.rank }
        let outcome = withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, rankSum)) { dimensions in
            withUnsafeTemporaryAllocation(of: nt_input.self, capacity: max(1, arguments.count)) { inputs in
                // The keys are few and short-lived: the claims keep them alive with the bytes.
                let claims = arguments.map(InputClaim.init)
                var nextDimension = 0
                for (index, argument) in arguments.enumerated() {
                    let shape = dimensions.baseAddress.map { $0 + nextDimension }
                    for dimension in argument.shape.dimensions {
                        dimensions[nextDimension] = dimension
                        nextDimension += 1
                    }
                    inputs.initializeElement(at: index, to: claims[index].makeInput(shape: shape))
                }
                return withExtendedLifetime(claims) {
                    callForward(inputs, count: arguments.count, options: options, copySharedOutputs: copySharedOutputs)
                }
            }
        }
        return try outcome.get()
    }

    private func callForward(
        _ inputs: UnsafeMutableBufferPointer<nt_input>, count: Int, options: CallOptions, copySharedOutputs: Bool
    ) -> Result<ForwardResult, ServingError> {
        var callOptions = nt_call_options(
            optimize: options.optimize ? 1 : 0, intra_op_threads: options.intraOpThreads,
            copy_shared_outputs: copySharedOutputs ? 1 : 0)
        var result: OpaquePointer?
        var message: UnsafeMutablePointer<CChar>?
        guard
            library.api.forward(handle, inputs.baseAddress, count, &callOptions, &result, &message) == NT_OK,
            let result
        else { return .failure(ServingError(.internal, library.take(message))) }
        return .success(ForwardResult(library: library, handle: result))
    }
}

extension ForwardSignature {
    fileprivate init(_ description: nt_description) {
        arguments = UnsafeBufferPointer(start: description.arguments, count: description.argument_count).map {
            Argument(
                name: String(cString: $0.name), typeName: String(cString: $0.type_name),
                kind: Kind(rawValue: $0.kind) ?? .other,
                isOptional: $0.is_optional != 0, hasDefault: $0.has_default != 0)
        }
        returnTypeName = String(cString: description.return_type_name)
        returnKind = Kind(rawValue: description.return_kind) ?? .other
        returnFields = UnsafeBufferPointer(start: description.return_fields, count: description.return_field_count)
            .compactMap { $0.map { String(cString: $0) } }
        hasMutableState = description.has_mutable_state != 0
        mayWriteInputs = description.may_write_inputs != 0
    }
}
