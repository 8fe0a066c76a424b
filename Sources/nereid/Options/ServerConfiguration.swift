import GRPCFrontend
import HTTPFrontend
import InferenceEngine
import InferenceTypes
import Observability
import ServerTransport
import ServingProtocol

/// Everything that the command line of `nereid serve` decides. Made by the option groups; the server reads nothing else.
struct ServerConfiguration: Equatable, Sendable {
    /// `GET /v2` answers it as the server's name.
    var id = "triton"
    var stop = StopSettings()
    /// The socket over which a server gives its ports to the next one; `nil` for none.
    var handoverSocket: String?
    var log = LogSettings()
    /// `nil` logs to standard error.
    var logFile: String?
    var repository = RepositorySettings()
    var objectStore = ObjectStoreConfiguration()
    var servesHTTP = true
    var http = HTTPServerConfiguration()
    var servesGRPC = true
    var grpc = GRPCServerConfiguration()
    /// `nil` serves no metrics.
    var metrics: MetricsConfiguration?
    /// Threads that move bytes between sockets and models; one serves a small machine and leaves its cores to the models.
    var eventLoopCount = 1
    var serving = ServingLimits()
    /// The most bytes of request bodies held at one time, over all connections and protocols.
    var requestMemory = BodyBudget.defaultLimit
    /// The most bytes of freed tensor memory that are kept for use again.
    var keptTensorMemory = TensorMemory.defaultLimit
    var sharedMemory = SharedMemorySettings()
    var trace = TraceSettings()
    /// Backend name -> setting -> value; the empty name holds for all backends.
    var backendSettings: [String: [String: String]] = [:]
    /// `nil` looks in the usual places.
    var torchLibrary: String?
    /// What to tell the user at start: flags without effect, deprecated ones.
    var warnings: [String] = []
}
