import InferenceTypes
import ServerTransport

/// A listening socket that was opened by whoever started this process.
struct PassedSocket: Sendable {
    /// `nil` where it was passed without a name.
    var name: String?
    var socket: ListeningSocket

    /// The descriptors that a service manager passes, with their names: the protocol of sd_listen_fds(3).
    ///
    /// - Parameters:
    ///   - variable: a variable of the environment; LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES are looked at.
    ///   - processID: of this process; what is meant for another one is not touched.
    /// - Throws: `StartupError` for what is meant for this process and makes no sense.
    static func descriptors(
        _ variable: (String) -> String?, processID: Int32
    ) throws(StartupError) -> [(descriptor: Int32, name: String?)] {
        guard let owner = variable("LISTEN_PID"), Int32(owner) == processID, let text = variable("LISTEN_FDS") else {
            return []
        }
        guard let count = Int32(text), (0...maximumCount).contains(count) else {
            throw StartupError(
                "LISTEN_FDS is '\(text)'; expected how many sockets are passed, from 0 to \(maximumCount).")
        }
        let names = variable("LISTEN_FDNAMES").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
        if let names, names.count != count {
            throw StartupError("LISTEN_FDNAMES has \(names.count) names and LISTEN_FDS says \(count) sockets.")
        }
        return (0..<count).map { index in
            (firstDescriptor + index, names.map { String($0[Int(index)]) })
        }
    }

    /// The sockets that a service manager passes to this process.
    static func fromServiceManager(
        _ variable: (String) -> String? = ProcessEnvironment.value, processID: Int32 = ProcessEnvironment.processID
    ) throws(StartupError) -> [PassedSocket] {
        var sockets: [PassedSocket] = []
        for (descriptor, name) in try descriptors(variable, processID: processID) {
            do throws(ServingError) {
                sockets.append(PassedSocket(name: name, socket: try ListeningSocket(adopting: descriptor)))
            } catch {
                throw StartupError(error.message)
            }
        }
        return sockets
    }

    /// Where sd_listen_fds(3) says that they begin.
    private static let firstDescriptor: Int32 = 3
    private static let maximumCount: Int32 = 64
}
