import Foundation
import InferenceProtos
import InferenceTesting
import SwiftProtobuf

/// Makes random messages from the descriptors of the proto files, as protobuf's JSON.
struct RandomMessage {
    /// The fields that were ever set, as `inference.ModelConfig.name`.
    private(set) var fieldsSet: Set<String> = []
    /// All fields of the messages that were made.
    private(set) var fieldsSeen: Set<String> = []

    private var generator: SeededGenerator
    private var messages: [String: Google_Protobuf_DescriptorProto] = [:]
    private var enumerations: [String: Google_Protobuf_EnumDescriptorProto] = [:]

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        let bytes = Data(base64Encoded: "\(ProtoDescriptors.fileDescriptorSet)") ?? Data()
        for file in try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes).file {
            for message in file.messageType { add(message, in: ".\(file.package)") }
            for enumeration in file.enumType { enumerations[".\(file.package).\(enumeration.name)"] = enumeration }
        }
    }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String) {
        let name = "\(scope).\(message.name)"
        messages[name] = message
        for inner in message.nestedType { add(inner, in: name) }
        for enumeration in message.enumType { enumerations["\(name).\(enumeration.name)"] = enumeration }
    }

    /// A value of the message `type` (`.inference.ModelConfig`), for `JSONSerialization`.
    mutating func json(_ type: String) -> [String: Any] {
        var object: [String: Any] = [:]
        let message = messages[type] ?? Google_Protobuf_DescriptorProto()
        var chosen: [Int32: String] = [:]
        for index in message.oneofDecl.indices {
            chosen[Int32(index)] =
                message.field.filter { $0.hasOneofIndex && $0.oneofIndex == index }
                .randomElement(using: &generator)?.name
        }
        for field in message.field {
            let name = "\(type.dropFirst()).\(field.name)"
            fieldsSeen.insert(name)
            if field.hasOneofIndex, chosen[field.oneofIndex] != field.name { continue }
            guard Bool.random(using: &generator) else { continue }
            object[field.name] = value(field)
            fieldsSet.insert(name)
        }
        return object
    }

    private mutating func value(_ field: Google_Protobuf_FieldDescriptorProto) -> Any {
        guard field.label == .repeated else { return element(field) }
        let count = Int.random(in: 1...3, using: &generator)
        guard let entry = messages[field.typeName], entry.options.mapEntry, entry.field.count == 2 else {
            return (0..<count).map { _ in element(field) }
        }
        var map: [String: Any] = [:]
        for _ in 0..<count { map["\(element(entry.field[0]))"] = element(entry.field[1]) }
        return map
    }

    /// Integers as text, so that those of 64 bits stay whole.
    private mutating func element(_ field: Google_Protobuf_FieldDescriptorProto) -> Any {
        switch field.type {
        case .bool: return Bool.random(using: &generator)
        case .int32: return "\(integer(Int32.self))"
        case .int64: return "\(integer(Int64.self))"
        case .uint32: return "\(integer(UInt32.self))"
        case .uint64: return "\(integer(UInt64.self))"
        case .float: return Double(Float.random(in: -1e6...1e6, using: &generator))
        case .double: return Double.random(in: -1e9...1e9, using: &generator)
        case .string:
            let pieces = ["a", "b_1", "é", "\"", "\\", "\n", "\u{1}", "𝄞", "/", "{", "'", " "]
            return (0..<Int.random(in: 0...5, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        case .enum: return enumerations[field.typeName]?.value.randomElement(using: &generator)?.name ?? ""
        case .message: return json(field.typeName)
        default: return NSNull()
        }
    }

    private mutating func integer<Number: FixedWidthInteger>(_: Number.Type) -> Number {
        let edges: [Number] = [0, 1, .min, .max]
        return Bool.random(using: &generator)
            ? edges.randomElement(using: &generator) ?? 0 : Number.random(in: .min ... .max, using: &generator)
    }
}
