#if canImport(Glibc)
    import Glibc
#endif

/// Gives freed memory back to the system, where the C library keeps it otherwise.
enum MemoryTrim {
    static func trim() {
        #if canImport(Glibc)
            // malloc_trim exists in glibc only; other allocators that are put in its place do without.
            guard let symbol = dlsym(nil, "malloc_trim") else { return }
            _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
        #endif
    }
}
