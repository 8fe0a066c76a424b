import InferenceTypes
import ServerTransport
import Testing

@testable import nereid

struct PassedSocketTests {
    private func descriptors(_ environment: [String: String]) throws -> [String] {
        try PassedSocket.descriptors({ environment[$0] }, processID: 42).map { "\($0.descriptor) \($0.name ?? "-")" }
    }

    @Test func descriptorsBeginAtThree() throws {
        #expect(try descriptors(["LISTEN_PID": "42", "LISTEN_FDS": "2"]) == ["3 -", "4 -"])
        #expect(
            try descriptors(["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "http:grpc"])
                == ["3 http", "4 grpc"])
        #expect(try descriptors(["LISTEN_PID": "42", "LISTEN_FDS": "0"]) == [])
    }

    @Test func whatIsForAnotherProcessIsNotTouched() throws {
        #expect(try descriptors(["LISTEN_PID": "41", "LISTEN_FDS": "2"]) == [])
        #expect(try descriptors(["LISTEN_FDS": "2"]) == [])
        #expect(try descriptors(["LISTEN_PID": "42"]) == [])
        #expect(try descriptors([:]) == [])
    }

    @Test(arguments: [
        ["LISTEN_FDS": "two"], ["LISTEN_FDS": "-1"], ["LISTEN_FDS": "100000"], ["LISTEN_FDS": ""],
        ["LISTEN_FDS": "2", "LISTEN_FDNAMES": "http"], ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "http:grpc"],
    ])
    func nonsenseEndsTheStart(environment: [String: String]) {
        let environment = environment.merging(["LISTEN_PID": "42"]) { first, _ in first }
        #expect(throws: StartupError.self) { try descriptors(environment) }
    }

    private func passed(_ name: String?) throws -> PassedSocket {
        let socket = try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: false)
        try socket.listen()
        return PassedSocket(name: name, socket: try ListeningSocket(adopting: try socket.duplicate()))
    }

    @Test func socketsAreForWhatTheyAreNamedAfter() throws {
        let (grpc, http) = (try passed("grpc"), try passed("http"))
        let sockets = try ServingSockets([grpc, http], ports: [.http: 8000, .grpc: 8001])
        #expect(sockets[.http]?.port == http.socket.port)
        #expect(sockets[.grpc]?.port == grpc.socket.port)
        #expect(sockets.waitForModels)
    }

    @Test func socketsWithoutNamesAreForThePortsThatTheyHave() throws {
        let (one, two) = (try passed(nil), try passed("nereid.socket"))
        let sockets = try ServingSockets([one, two], ports: [.http: two.socket.port, .grpc: one.socket.port])
        #expect(sockets[.http]?.port == two.socket.port)
        #expect(sockets[.grpc]?.port == one.socket.port)
    }

    @Test func socketsForNothingOrForTheSameEndTheStart() throws {
        let (one, two) = (try passed("http"), try passed("http"))
        #expect(throws: StartupError.self) { try ServingSockets([one, two], ports: [.http: 8000]) }
        #expect(throws: StartupError.self) { try ServingSockets([one], ports: [.grpc: 8001]) }
        let other = try passed("other")
        #expect {
            try ServingSockets([other], ports: [.http: 8000, .grpc: 8001])
        } throws: { error in
            "\(error)".contains("'other' on port \(other.socket.port)") && "\(error)".contains("http or grpc")
                || "\(error)".contains("grpc or http")
        }
    }

    @Test func handedOverSocketsAreTakenForTheirPortsOnly() throws {
        let (http, grpc) = (try passed(nil).socket, try passed(nil).socket)
        let wanted: [ServingEndpoint: Int] = [.http: http.port, .grpc: grpc.port + 1]
        var sockets = ServingSockets()
        sockets.add([.http: http, .grpc: grpc], ports: wanted)
        #expect(sockets[.http] === http)
        #expect(sockets[.grpc] == nil, "the configuration has another port since")
        sockets.add([.grpc: grpc], ports: [.grpc: 0])
        #expect(sockets[.grpc] === grpc)
    }

    @Test func ownSocketsAreServedBeforeTheModelsAreLoaded() throws {
        var sockets = ServingSockets()
        sockets.set(try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: false), for: .http)
        #expect(!sockets.waitForModels)
        sockets.set(try ListeningSocket(host: "127.0.0.1", port: 0, reusesPort: true), for: .grpc)
        #expect(sockets.waitForModels, "another server may have the port")
    }
}
