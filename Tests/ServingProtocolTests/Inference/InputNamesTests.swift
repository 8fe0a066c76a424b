import InferenceTypes
import ServingProtocol
import Testing

@Suite struct InputNamesTests {
    private func add(_ names: [String]) throws(ServingError) {
        var request = InferenceRequest(modelName: "m")
        request.id = "r"
        var inputNames = InputNames()
        for name in names {
            try inputNames.add(name, to: request)
            request.inputs.append(Tensor(name: name, dataType: .fp32, shape: [], bytes: .empty))
        }
    }

    @Test(arguments: [2, 16, 17, 18, 100])
    func namesMayNotComeTwice(_ count: Int) {
        let names = (0..<count).map { "input \($0)" }
        #expect(throws: Never.self) { try add(names) }
        for repeated in [0, count / 2, count - 1] {
            let message = "[request id: r] input 'input \(repeated)' already exists in request"
            #expect(throws: ServingError(.invalidArgument, message)) { try add(names + [names[repeated]]) }
        }
    }
}
