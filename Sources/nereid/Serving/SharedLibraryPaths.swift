import Foundation

/// Where the libraries that are opened at run time may lie.
enum SharedLibraryPaths {
    static let torchShimName = "libnereid_torch.so"

    /// The LibTorch shim: where the user says, beside the executable, in a `lib` folder next to the executable's, and in
    /// the `.deps` folder of the checkout that the executable was built in.
    static func torchShim(given: String?, executable: String) -> [String] {
        if let given { return [given] }
        let folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
        var paths = [
            folder.appending(path: torchShimName).path,
            folder.deletingLastPathComponent().appending(path: "lib/nereid/\(torchShimName)").path,
        ]
        // <checkout>/.build/<triple>/release
        var ancestor = folder
        for _ in 0..<4 {
            if FileManager.default.fileExists(atPath: ancestor.appending(path: "Package.swift").path) {
                paths.append(ancestor.appending(path: ".deps/libtorch/lib/\(torchShimName)").path)
                break
            }
            ancestor = ancestor.deletingLastPathComponent()
        }
        return paths
    }

    /// The path of this program.
    static var executable: String {
        #if os(Linux)
            if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
        #endif
        return Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
    }
}
