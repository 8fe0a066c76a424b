import InferenceTypes
import SwiftProtobuf

extension TensorBytes {
    /// What a client sends for `message`.
    init(encoding message: some Message) throws {
        let bytes: [UInt8] = try message.serializedBytes()
        self.init(copying: bytes)
    }
}
