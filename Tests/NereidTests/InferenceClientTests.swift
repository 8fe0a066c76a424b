import Foundation
import InferenceTypes
import JSONText
import NIOCore
import Testing

@testable import nereid

struct InferenceClientTests {
    private static let metadata = """
        {"name":"m","versions":["1"],"platform":"identity","inputs":[{"name":"AUDIO","datatype":"FP32","shape":[-1,-1]},\
        {"name":"RATE","datatype":"INT32","shape":[-1,1]}],"outputs":[{"name":"TEXT","datatype":"BYTES","shape":[-1,1]}]}
        """
    private static let configuration = """
        {"name":"m","max_batch_size":8,"input":[{"name":"AUDIO","optional":false},{"name":"RATE","optional":true}],\
        "parameters":{"sample_rate":{"string_value":"16000"}}}
        """

    private func client(_ server: StubHTTPServer, model: String = "m", version: Int64? = nil) throws -> InferenceClient
    {
        let url = try ServerURL(parsing: "127.0.0.1:\(server.port)")
        return InferenceClient(
            http: HTTPClient(url: url, timeout: .seconds(20)), modelName: model, modelVersion: version)
    }

    private static func answer(_ request: StubHTTPServer.Request) -> StubHTTPServer.Reply? {
        switch request.path.split(separator: "/").last {
        case "config": return .json(configuration)
        case "infer":
            let json = """
                {"model_name":"m","model_version":"1","outputs":[{"name":"TEXT","datatype":"BYTES","shape":[1,1],\
                "parameters":{"binary_data_size":9}}]}
                """
            return StubHTTPServer.Reply(
                headers: ["Inference-Header-Content-Length": "\(json.utf8.count)"],
                body: Array(json.utf8) + [5, 0, 0, 0] + Array("hello".utf8))
        default: return .json(metadata)
        }
    }

    @Test func anInferenceFromMetadataToAnswer() async throws {
        let server = try await StubHTTPServer(Self.answer)
        let client = try client(server, version: 3)
        let model = try await client.describeModel()
        #expect(model.sampleRate == 16000)
        #expect(model.optionalInputs == ["RATE"])
        #expect(model.hasBatchDimension)

        let answer = try await client.infer(
            model, inputs: [InputArgument(parsing: "AUDIO=0.5,-1")], outputs: ["TEXT"], sampleRate: nil)
        #expect(answer.outputs.map(\.elements) == [.strings([Array("hello".utf8)])])

        let requests = server.requests
        #expect(requests.map(\.path) == ["", "/config", "/infer"].map { "/v2/models/m/versions/3" + $0 })
        let sent = try #require(requests.last)
        #expect(sent.method == "POST")
        let length = try #require(sent.headers["inference-header-content-length"].flatMap { Int($0) })
        let json = String(decoding: sent.body[..<length], as: UTF8.self)
        #expect(
            json == """
                {"inputs":[{"name":"AUDIO","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}],\
                "outputs":[{"name":"TEXT","parameters":{"binary_data":true}}]}
                """)
        #expect(Array(sent.body[length...]) == [0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf])
        try await server.stop()
    }

    @Test func allOutputsAreAskedForAsBinaryWithoutNames() {
        let call = InferenceCall(inputs: [], outputs: [])
        #expect(
            String(decoding: call.body.bytes, as: UTF8.self)
                == #"{"inputs":[],"parameters":{"binary_data_output":true}}"#)
    }

    @Test func errorsOfTheServerAreShownWithTheModelsThatAreReady() async throws {
        let server = try await StubHTTPServer { request in
            request.path == "/v2/repository/index"
                ? .json(#"[{"name":"a","version":"1","state":"READY"},{"name":"b","version":"1","state":"READY"}]"#)
                : .json(#"{"error":"Request for unknown model: 'speach' is not found"}"#, status: 400)
        }
        let error = await #expect(throws: ClientError.self) {
            try await client(server, model: "speach").describeModel()
        }
        #expect(
            error?.description
                == "Request for unknown model: 'speach' is not found. Models that are ready: a, b (HTTP status 400)")
        try await server.stop()
    }

    @Test func modelNamesAreEncodedInThePath() async throws {
        let server = try await StubHTTPServer { _ in .json("{}", status: 404) }
        _ = try? await client(server, model: "a b/é?").describeModel()
        #expect(server.requests.first?.path == "/v2/models/a%20b%2F%C3%A9%3F")
        try await server.stop()
    }

    @Test func aServerThatIsNotThere() async throws {
        let server = try await StubHTTPServer { _ in nil }
        let client = try client(server)
        let closed = await #expect(throws: ClientError.self) { try await client.describeModel() }
        #expect(closed?.description.contains("closed the connection before it answered") == true)
        try await server.stop()
        let refused = await #expect(throws: ClientError.self) { try await client.describeModel() }
        let text = refused?.description ?? ""
        #expect(text.hasPrefix("no server answers at http://127.0.0.1:\(server.port): Connection refused."))
        #expect(text.contains("nereid serve --model-repository="))
    }

    @Test(arguments: [
        ([], "needs more inputs: add --input AUDIO=VALUE|@FILE"),
        (
            ["audio=1"],
            "has no input 'audio'; did you mean 'AUDIO'? Its inputs are:\n  AUDIO FP32 [-1,-1]\n  RATE INT32 [-1,1]"
        ),
        (["X=1"], "has no input 'X'. Its inputs are:"), (["1,2"], "--input needs a name"),
        (["AUDIO=1", "AUDIO=2"], "input 'AUDIO' is given twice"),
        (["AUDIO=x"], "input 'AUDIO': the value holds no numbers"),
        (["AUDIO=1", "RATE=1.5"], "input 'RATE': 1.5 is no INT32"),
        (["AUDIO=1", "RATE=[1,2]"], "input 'RATE': data of shape [2] does not fit the model's shape [-1,1]"),
        (["AUDIO=@/no/such.wav"], "input 'AUDIO': there is no file '/no/such.wav'"),
    ])
    func mistakesInInputs(texts: [String], message: String) throws {
        var model = try ModelDescription(metadata: JSONValue(parsing: Self.metadata))
        model.add(configuration: try JSONValue(parsing: Self.configuration))
        let error = #expect(throws: ClientError.self) {
            try InferenceClient.inputs(texts.map { InputArgument(parsing: $0) }, for: model, sampleRate: nil)
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func answersThatMakeNoSense() {
        let bodies: [(String, Int?)] = [
            ("", nil), ("{}", nil), ("[]", nil), ("{}", 5), (#"{"model_name":"m","outputs":[{}]}"#, nil),
            (#"{"model_name":"m","outputs":[{"name":"a","datatype":"FP32","shape":[2],"data":[1]}]}"#, nil),
            (#"{"model_name":"m","outputs":[{"name":"a","datatype":"FP32","shape":[-1],"data":[1]}]}"#, nil),
            (#"{"model_name":"m","outputs":[{"name":"a","datatype":"FP99","shape":[1],"data":[1]}]}"#, nil),
            (#"{"model_name":"m","outputs":[{"name":"a","datatype":"FP32","shape":[1]}]}"#, nil),
            (
                #"{"model_name":"m","outputs":[{"name":"a","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}"#,
                nil
            ),
            (#"{"model_name":"m","outputs":[]}  "#, 31),
        ]
        for (body, length) in bodies {
            #expect(throws: ClientError.self, "\(body)") {
                try InferenceAnswer(body: Array(body.utf8), headerLength: length)
            }
        }
    }

    @Test func answersInJSON() throws {
        let body = """
            {"model_name":"m","model_version":"2","outputs":[{"name":"a","datatype":"FP32","shape":[2],"data":[1,0.1]},\
            {"name":"b","datatype":"BYTES","shape":[0],"data":[]}]}
            """
        let answer = try InferenceAnswer(body: Array(body.utf8), headerLength: nil)
        #expect(answer.outputs.map(\.elements) == [.reals([1, Double(Float(0.1))]), .strings([])])
        #expect(answer.modelVersion == "2")
    }
}
