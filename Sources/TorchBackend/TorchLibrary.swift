internal import CTorchShim
import Foundation
import InferenceTypes

#if canImport(Glibc)
    import Glibc
#endif

/// LibTorch, opened at run time through the shim. Stays open for the life of the process.
// @unchecked: the table of C functions is immutable, and every function in it may be called from any thread.
final class TorchLibrary: @unchecked Sendable {
    let api: nt_api

    var version: String { String(cString: api.libtorch_version) }

    /// Opens the first of `paths` that exists.
    init(searching paths: [String]) throws(ServingError) {
        guard let path = paths.first(where: { access($0, R_OK) == 0 }) else {
            throw ServingError(
                .unavailable,
                "LibTorch is not installed here, and backend 'pytorch' needs it: run scripts/fetch-libtorch and then "
                    + "scripts/build-torch-shim (looked for \(paths.isEmpty ? "nothing" : paths.joined(separator: ", ")))"
            )
        }
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw ServingError(.unavailable, "cannot open LibTorch: \(Self.lastLoaderError())")
        }
        guard let symbol = dlsym(handle, "nt_get_api") else {
            throw ServingError(.unavailable, "\(path) is not Nereid's LibTorch shim: it has no function nt_get_api")
        }
        let getAPI = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> UnsafePointer<nt_api>?).self)
        guard let table = getAPI(UInt32(NT_ABI_VERSION)) else {
            throw ServingError(
                .unavailable, "\(path) was built for another version of Nereid: run scripts/build-torch-shim again")
        }
        api = table.pointee
    }

    /// Sets the process-wide number of inter-op threads. It can be set once.
    /// - Returns: why it was not applied, or `nil`.
    func setInterOpThreads(_ count: Int32) -> String? {
        var message: UnsafeMutablePointer<CChar>?
        return api.set_inter_op_threads(count, &message) == NT_OK ? nil : take(message)
    }

    /// A sentence that says what kind of file this is, when it is not TorchScript.
    func diagnoseFile(_ path: String) -> String? {
        guard let text = api.diagnose_file(path) else { return nil }
        return take(text)
    }

    /// Makes the calling thread use no more than one core for what it calls from now on. For threads of low priority.
    func workInBackground() { api.work_in_background() }

    /// The text of a message that the shim handed over, which this frees.
    func take(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "out of memory" }
        defer { api.free_message(message) }
        return String(cString: message)
    }

    private static func lastLoaderError() -> String {
        guard let text = dlerror() else { return "unknown error" }
        return String(cString: text)
    }
}
