/// Which version number the name of a directory stands for, by Triton's rules.
enum VersionDirectoryName: Equatable {
    case version(Int64)
    /// Has another purpose inside a model directory.
    case reserved
    /// A number with a leading zero, which Triton leaves out.
    case leadingZero
    case notANumber

    /// Digits at the beginning decide: `3abc` is version 3.
    init(_ name: String) {
        if ["warmup", "initial_state", "configs"].contains(name) {
            self = .reserved
            return
        }
        let digits = name.utf8.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            self = .notANumber
            return
        }
        self = digits.first == 0x30 && name.utf8.count > 1 ? .leadingZero : .version(number)
    }
}
