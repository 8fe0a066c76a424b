#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files and directories of the cache, by the C library; failures say what was tried and why it did not go.
enum CacheFile {
    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(StoreError) {
        var current = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            current += "/" + part
            guard mkdir(current, 0o700) != 0 else { continue }
            // Above the cache there may be directories that cannot be written to, but are there.
            var status = stat()
            guard stat(current, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw failure("make the directory", current)
            }
        }
    }

    /// Size in bytes of a regular file; `nil` where there is none.
    static func size(of path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// Seconds since the epoch of the last change; `nil` where there is no file.
    static func changeTime(of path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            return Int64(status.st_mtimespec.tv_sec)
        #else
            return Int64(status.st_mtim.tv_sec)
        #endif
    }

    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// A small file; `nil` where there is none, or none that can be read, or one longer than `limit`.
    static func text(of path: String, limit: Int) -> String? {
        guard let size = size(of: path), size <= limit, let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let count = fread(&bytes, 1, bytes.count, file)
        return count == bytes.count ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// Writes a file in one step: readers see the old content or the new one.
    static func replace(_ path: String, with text: String) throws(StoreError) {
        let partial = "\(path).\(getpid()).\(UInt64.random(in: 0...UInt64.max)).new"
        guard let file = fopen(partial, "wxe") else { throw failure("write", partial) }
        let bytes = Array(text.utf8)
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten, systemRename(partial, path) == 0 else {
            let error = failure("write", path)
            unlink(partial)
            throw error
        }
    }

    static func rename(_ path: String, to other: String) throws(StoreError) {
        guard systemRename(path, other) == 0 else { throw failure("move", path) }
    }

    static func makeLink(_ path: String, to target: String) throws(StoreError) {
        guard symlink(target, path) == 0 else { throw failure("make the link", path) }
    }

    static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
        }
        guard count > 0, count < buffer.count else { return nil }
        return String(validating: buffer[..<count], as: UTF8.self)
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func remove(_ path: String) { unlink(path) }

    /// Removes a directory and all below it; links are removed, not followed.
    static func removeTree(_ path: String) {
        var pending = [path]
        var directories: [String] = []
        while let next = pending.popLast() {
            if isDirectory(next) {
                directories.append(next)
                pending += names(in: next).map { next + "/" + $0 }
            } else {
                unlink(next)
            }
        }
        for directory in directories.reversed() { rmdir(directory) }
    }

    /// Marks a file as used now.
    static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

    static func failure(_ action: String, _ path: String) -> StoreError {
        let cause = String(cString: strerror(errno))
        return StoreError(.local, "the cache of object stores failed to \(action) '\(path)': \(cause)")
    }
}

/// `rename(2)`, under a name that a method called `rename` does not hide.
private func systemRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }
