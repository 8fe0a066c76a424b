import CLibFuzzer

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A test of one input. It must return for every input, and trap for one that shows a fault.
public protocol FuzzTest {
    static func run(_ input: UnsafeRawBufferPointer)
}

/// Gives libFuzzer the command line and the test, and ends the process with its status.
public func fuzz<Test: FuzzTest>(_: Test.Type) -> Never {
    chosenTest = Test.run
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
        LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            chosenTest?(UnsafeRawBufferPointer(start: data, count: size))
            return 0
        })
}

// Written once, before the only thread that there is reads it: a C function pointer cannot capture.
nonisolated(unsafe) private var chosenTest: ((UnsafeRawBufferPointer) -> Void)?
