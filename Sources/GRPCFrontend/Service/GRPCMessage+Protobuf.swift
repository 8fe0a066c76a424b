import Foundation
import InferenceTypes
import SwiftProtobuf

extension GRPCMessage {
    /// - Throws: `internal` for a message that protobuf cannot write.
    init(encoding message: some SwiftProtobuf.Message) throws(GRPCStatus) {
        do {
            self.init(head: try message.serializedBytes())
        } catch {
            throw GRPCStatus(.internal, "unable to write the response: \(error)")
        }
    }
}

extension SwiftProtobuf.Message {
    /// - Throws: `internal` for bytes that are no such message; the words are those of gRPC's C++ server.
    init(message: TensorBytes) throws(GRPCStatus) {
        do {
            self = try message.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else { return Self() }
                // Read at once and not kept: fields of bytes are copied out of it.
                let data = Data(
                    bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
                return try Self(serializedBytes: data)
            }
        } catch {
            throw .unreadableRequest
        }
    }
}
