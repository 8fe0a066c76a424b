import InferenceEngine
import InferenceTypes
import ModelConfiguration
import Testing

/// Checks, their order and their words, against what Triton answered to the same requests.
@Suite struct RequestValidatorTests {
    static func configuration(
        _ name: String, batch: Int32 = 0, inputs: [(String, DataType, Shape)],
        outputs: [(String, DataType, Shape)]? = nil
    ) -> ModelConfig {
        var config = ModelConfig()
        config.name = name
        config.maxBatchSize = batch
        config.inputs = inputs.map { name, type, dims in
            var input = ModelInput()
            input.name = name
            input.dataType = type
            input.dims = dims
            return input
        }
        let defaults = inputs.map { ($0.0.replacingPrefix("INPUT", with: "OUTPUT"), $0.1, $0.2) }
        config.outputs = (outputs ?? defaults).map { name, type, dims in
            var output = ModelOutput()
            output.name = name
            output.dataType = type
            output.dims = dims
            return output
        }
        return config
    }

    static let idFP32 = configuration("id_fp32", batch: 8, inputs: [("INPUT0", .fp32, [16])])
    static let idTwo = configuration("id_two", batch: 4, inputs: [("INPUT0", .fp32, [-1]), ("INPUT1", .int32, [-1])])
    static let idVar = configuration("id_var", inputs: [("INPUT0", .int32, [-1, 3])])
    static let idBytes = configuration("id_bytes", batch: 4, inputs: [("INPUT0", .bytes, [-1])])

    static func tensor(_ name: String, _ type: DataType, _ shape: Shape, byteCount: Int? = nil) -> Tensor {
        let count = byteCount ?? shape.byteCount(of: type) ?? 0
        return Tensor(
            name: name, dataType: type, shape: shape, bytes: TensorBytes(copying: [UInt8](repeating: 0, count: count)))
    }

    static func request(_ inputs: Tensor..., outputs: [String] = [], id: String = "") -> InferenceRequest {
        var request = InferenceRequest(modelName: "m")
        request.inputs = inputs
        request.requestedOutputs = outputs
        request.id = id
        return request
    }

    private func failure(_ config: ModelConfig, _ request: InferenceRequest) -> String? {
        var request = request
        do throws(ServingError) {
            try RequestValidator(config).validate(&request)
            return nil
        } catch {
            #expect(error.code == .invalidArgument)
            return error.message
        }
    }

    static let unknownID = "[request id: <id_unknown>] "
    static let note =
        "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size."

    struct Case: Sendable {
        let config: ModelConfig
        let request: InferenceRequest
        let message: String
        init(_ config: ModelConfig, _ request: InferenceRequest, _ message: String) {
            self.config = config
            self.request = request
            self.message = message
        }
    }

    @Test(arguments: [
        Case(
            idFP32, request(),
            unknownID
                + "expected 1 inputs but got 0 inputs for model 'id_fp32'. Got input(s) [], but missing required input(s) ['INPUT0']. Please provide all required input(s)."
        ),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1, 16]), tensor("INPUT1", .fp32, [1, 16])),
            unknownID
                + "expected 1 inputs but got 2 inputs for model 'id_fp32'. Got input(s) ['INPUT1','INPUT0'], but missing required input(s) ]. Please provide all required input(s)."
        ),
        Case(
            idTwo, request(tensor("INPUT0", .fp32, [1, 3])),
            unknownID
                + "expected 2 inputs but got 1 inputs for model 'id_two'. Got input(s) ['INPUT0'], but missing required input(s) ['INPUT1']. Please provide all required input(s)."
        ),
        Case(
            idTwo, request(tensor("INPUT0", .fp32, [1, 3]), tensor("INPUT9", .int32, [1, 2])),
            "unexpected inference input 'INPUT9' for model 'id_two'"),
        Case(idFP32, request(tensor("", .fp32, [1, 16])), "unexpected inference input '' for model 'id_fp32'"),
        Case(
            idFP32, request(tensor("input0", .fp32, [1, 16])), "unexpected inference input 'input0' for model 'id_fp32'"
        ),
        Case(
            idTwo, request(tensor("INPUT1", .int32, [1, 2]), tensor("INPUT1", .int32, [1, 2])),
            unknownID + "input 'INPUT1' already exists in request"),
        Case(
            idFP32, request(tensor("INPUT0", .int32, [1, 16]), id: "req-7"),
            "[request id: req-7] inference input 'INPUT0' data-type is 'INT32', but model 'id_fp32' expects 'FP32'"),
        Case(
            idFP32, request(tensor("INPUT0", .invalid, [1, 16])),
            unknownID + "inference input 'INPUT0' data-type is '<invalid>', but model 'id_fp32' expects 'FP32'"),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [16])),
            unknownID + "inference request batch-size must be <= 8 for 'id_fp32'"
        ),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [-1, 16], byteCount: 64)),
            unknownID + "input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 274877906880, got 64"
        ),
        Case(
            idTwo,
            request(tensor("INPUT0", .fp32, [-1, 0], byteCount: 0), tensor("INPUT1", .int32, [-1, 0], byteCount: 0)),
            unknownID + "input 'INPUT0' batch size does not match other inputs for 'id_two'"),
        Case(
            idBytes, request(tensor("INPUT0", .bytes, [-1, 0], byteCount: 0)),
            unknownID + "inference request batch-size must be <= 4 for 'id_bytes'"),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1 - (1 << 32), 16], byteCount: 64)),
            unknownID + "inference request batch-size must be <= 8 for 'id_fp32'"),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1, 15])),
            unknownID + "unexpected shape for input 'INPUT0' for model 'id_fp32'. Expected [-1,16], got [1,15]. " + note
        ),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1, 16, 1])),
            unknownID + "unexpected shape for input 'INPUT0' for model 'id_fp32'. Expected [-1,16], got [1,16,1]. "
                + note),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [], byteCount: 0)),
            unknownID + "input 'INPUT0' has no shape but model requires batch dimension for 'id_fp32'"),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [0, 16], byteCount: 0)),
            unknownID + "input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 0"),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1, 16], byteCount: 68)),
            unknownID + "input byte size mismatch for input 'INPUT0' for model 'id_fp32'. Expected 64, got 68"),
        Case(
            idTwo, request(tensor("INPUT0", .fp32, [1, 3]), tensor("INPUT1", .int32, [2, 2])),
            unknownID + "input 'INPUT0' batch size does not match other inputs for 'id_two'"),
        Case(
            idTwo, request(tensor("INPUT0", .fp32, [2, 3]), tensor("INPUT1", .int32, [0, 2])),
            unknownID + "input byte size mismatch for input 'INPUT1' for model 'id_two'. Expected 16, got 0"),
        Case(
            idVar, request(tensor("INPUT0", .int32, [2, 4])),
            unknownID + "unexpected shape for input 'INPUT0' for model 'id_var'. Expected [-1,3], got [2,4]. "),
        Case(
            idVar, request(tensor("INPUT0", .int32, [-1, 3], byteCount: 12)),
            unknownID + "All input dimensions should be specified for input 'INPUT0' for model 'id_var', got [-1,3]"),
        Case(
            idVar, request(tensor("INPUT0", .int32, [1 << 62, 3], byteCount: 12)),
            unknownID
                + "shape [4611686018427387904,3] of input 'INPUT0' for model 'id_var' needs more bytes than can be addressed"
        ),
        Case(
            idFP32, request(tensor("INPUT0", .fp32, [1, 16]), outputs: ["NOPE"]),
            "unexpected inference output 'NOPE' for model 'id_fp32'"),
        Case(
            idFP32, request(outputs: ["NOPE"]), "unexpected inference output 'NOPE' for model 'id_fp32'"),
    ])
    func rejected(_ test: Case) {
        #expect(failure(test.config, test.request) == test.message)
    }

    private func bytesRequest(_ shape: Shape, _ bytes: [UInt8]) -> InferenceRequest {
        Self.request(Tensor(name: "INPUT0", dataType: .bytes, shape: shape, bytes: TensorBytes(copying: bytes)))
    }

    @Test func stringElementsAreCounted() {
        let place = "for inference input 'INPUT0' for model 'id_bytes'"
        let a: [UInt8] = [1, 0, 0, 0, 97]
        #expect(failure(Self.idBytes, bytesRequest([1, 2], a + [0, 0, 0, 0])) == nil)
        #expect(failure(Self.idBytes, bytesRequest([1, 0], [])) == nil)
        #expect(
            failure(Self.idBytes, bytesRequest([1, 2], a + [1, 0]))
                == Self.unknownID
                + "incomplete string length indicator \(place), expecting 4 bytes but only 2 bytes available. "
                + "Please make sure the string length indicator is in one buffer.")
        #expect(
            failure(Self.idBytes, bytesRequest([1, 1], a + a + a))
                == Self.unknownID + "unexpected number of string elements 2 \(place), expecting 1")
        #expect(
            failure(Self.idBytes, bytesRequest([1, 1], a + [100, 0, 0, 0]))
                == Self.unknownID + "unexpected number of string elements 2 \(place), expecting 1")
        #expect(
            failure(Self.idBytes, bytesRequest([1, 3], a)) == Self.unknownID
                + "expected 3 string elements \(place), got 1")
        #expect(
            failure(Self.idBytes, bytesRequest([1, 2], a + [100, 0, 0, 0, 98]))
                == Self.unknownID
                + "incomplete string element 1 \(place), expecting 100 bytes but only 1 bytes available")
    }

    @Test func acceptedRequestsAreCompleted() throws {
        var request = Self.request(
            Self.tensor("INPUT1", .int32, [2, 5]), Self.tensor("INPUT0", .fp32, [2, 3]),
            outputs: ["OUTPUT1", "OUTPUT0", "OUTPUT1"])
        try RequestValidator(Self.idTwo).validate(&request)
        #expect(request.inputs.map(\.name) == ["INPUT0", "INPUT1"])
        #expect(request.inputs.map(\.shape) == [[2, 3], [2, 5]])
        #expect(request.requestedOutputs == ["OUTPUT0", "OUTPUT1"])
        #expect(request.batchSize == 2)

        var plain = Self.request(Self.tensor("INPUT0", .int32, [7, 3]))
        try RequestValidator(Self.idVar).validate(&plain)
        #expect(plain.requestedOutputs == ["OUTPUT0"])
        #expect(plain.batchSize == 0)
    }

    @Test func optionalInputsMayBeLeftOut() throws {
        var config = Self.configuration("opt", inputs: [("A", .fp32, [1]), ("B", .fp32, [1]), ("C", .fp32, [1])])
        config.inputs[1].optional = true
        var request = Self.request(Self.tensor("C", .fp32, [1]), Self.tensor("A", .fp32, [1]))
        try RequestValidator(config).validate(&request)
        #expect(request.inputs.map(\.name) == ["A", "C"])
        #expect(
            failure(config, Self.request(Self.tensor("C", .fp32, [1])))
                == Self.unknownID
                + "expected number of inputs between 2 and 3 but got 1 inputs for model 'opt'. Got input(s) ['C'], "
                + "but missing required input(s) ['A']. Please provide all required input(s).")
    }

    @Test func reshapesAreApplied() throws {
        var config = Self.configuration("reshape", batch: 4, inputs: [("INPUT0", .fp32, [1])])
        config.inputs[0].reshape = []
        var request = Self.request(Self.tensor("INPUT0", .fp32, [2, 1]))
        try RequestValidator(config).validate(&request)
        #expect(request.inputs[0].shape == [2])

        config.inputs[0].dims = [-1, 4, -1]
        config.inputs[0].reshape = [-1, 2, 2, -1]
        request = Self.request(Self.tensor("INPUT0", .fp32, [3, 5, 4, 6]))
        try RequestValidator(config).validate(&request)
        #expect(request.inputs[0].shape == [3, 5, 2, 2, 6])
    }

    private func raw(_ bytes: [UInt8]) -> InferenceRequest {
        var request = Self.request(
            Tensor(name: "raw_input", dataType: .invalid, shape: [], bytes: TensorBytes(copying: bytes)))
        request.isRawInput = true
        return request
    }

    @Test func rawInputsAreDeduced() throws {
        var request = raw([UInt8](repeating: 1, count: 64))
        try RequestValidator(Self.idFP32).validate(&request)
        #expect(request.inputs[0].name == "INPUT0")
        #expect(request.inputs[0].dataType == .fp32)
        #expect(request.inputs[0].shape == [1, 16])
        #expect(request.batchSize == 1)

        request = raw([UInt8](repeating: 1, count: 36))
        try RequestValidator(Self.idVar).validate(&request)
        #expect(request.inputs[0].shape == [3, 3])

        let oneString = Self.configuration("one", batch: 4, inputs: [("INPUT0", .bytes, [1])])
        request = raw(Array("hello".utf8))
        try RequestValidator(oneString).validate(&request)
        #expect(request.inputs[0].shape == [1, 1])
        request.inputs[0].bytes.withUnsafeBytes { #expect(Array($0) == [5, 0, 0, 0] + Array("hello".utf8)) }
    }

    @Test func rawInputsThatCannotBeDeducedAreRejected() {
        #expect(
            failure(Self.idFP32, raw([UInt8](repeating: 0, count: 164)))
                == Self.unknownID
                + "input byte size mismatch for input 'raw_input' for model 'id_fp32'. Expected 64, got 164")
        #expect(
            failure(Self.idTwo, raw([0]))
                == Self.unknownID
                + "Raw request must only have 1 input (found 1) to be deduced but got 2 inputs in 'id_two' model configuration"
        )
        #expect(
            failure(Self.idBytes, raw([0]))
                == Self.unknownID + "For BYTE datatype raw input 'INPUT0', the model must have input shape [1]")
        let free = Self.configuration("free", inputs: [("X", .fp32, [-1, -1])])
        #expect(
            failure(free, raw([0, 0, 0, 0]))
                == Self.unknownID
                + "The shape of the raw input 'X' can not be deduced because there are more than one variable-sized dimension"
        )
        #expect(
            failure(Self.idVar, raw([0, 0, 0, 0, 0]))
                == Self.unknownID
                + "input byte size mismatch for input 'raw_input' for model 'id_var'. Expected 0, got 5")
    }

    @Test func correlationIDsHaveTheTypeOfTheirControl() throws {
        var config = Self.configuration("seq", batch: 4, inputs: [("INPUT0", .int32, [1])])
        var batching = ModelSequenceBatching()
        var control = ModelSequenceBatching.Control()
        control.kind = .correlationID
        control.dataType = .uint64
        var controlInput = ModelSequenceBatching.ControlInput()
        controlInput.name = "CORRID"
        controlInput.controls = [control]
        batching.controlInputs = [controlInput]
        config.scheduling = .sequenceBatching(batching)

        var request = Self.request(Self.tensor("INPUT0", .int32, [1, 1]))
        request.correlationID = .unsigned(7)
        #expect(failure(config, request) == nil)
        request.correlationID = .string("abc")
        #expect(
            failure(config, request)
                == Self.unknownID
                + "sequence batching control 'CORRID' data-type is 'BYTES', but model 'seq' expects 'UINT64'")
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with replacement: String) -> String {
        hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
    }
}
