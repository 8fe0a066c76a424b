#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// One event of inotify.
    struct WatchEvent {
        /// The number of the watch of the directory that it happened in.
        var watch: Int32
        var mask: UInt32
        /// Of the entry of the directory; empty if it is the directory itself.
        var name: String

        func contains(_ flags: Int32...) -> Bool { flags.contains { mask & UInt32(bitPattern: $0) != 0 } }

        /// Reads an event, and how many bytes it takes, in the layout of inotify(7); `nil` at the end.
        static func read(from bytes: UnsafeRawBufferPointer) -> (WatchEvent, Int)? {
            let header = MemoryLayout<inotify_event>.size
            guard bytes.count >= header else { return nil }
            let nameLength = Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
            guard bytes.count - header >= nameLength else { return nil }
            let name = bytes[header..<header + nameLength].prefix { $0 != 0 }
            let event = WatchEvent(
                watch: bytes.loadUnaligned(fromByteOffset: 0, as: Int32.self),
                mask: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                name: String(decoding: name, as: UTF8.self))
            return (event, header + nameLength)
        }
    }
#endif
