import Foundation
import InferenceProtos
import SwiftProtobuf

/// The descriptors of the server's own proto files, found by file name and by symbol.
struct DescriptorIndex: Sendable {
    /// Sorted.
    let serviceNames: [String]

    private var files: [String: Google_Protobuf_FileDescriptorProto] = [:]
    private var fileBySymbol: [String: String] = [:]
    private var messages: Set<String> = []

    init() {
        guard let bytes = Data(base64Encoded: "\(ProtoDescriptors.fileDescriptorSet)"),
            let set = try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
        else { preconditionFailure("the descriptors in InferenceProtos are damaged; run scripts/generate-protos") }
        serviceNames = set.file.flatMap { file in file.service.map { "\(file.package).\($0.name)" } }.sorted()
        for file in set.file {
            files[file.name] = file
            for message in file.messageType { add(message, in: file.package, file.name) }
            for enumeration in file.enumType { add(enumeration, in: file.package, file.name) }
            for service in file.service {
                let name = "\(file.package).\(service.name)"
                fileBySymbol[name] = file.name
                for method in service.method { fileBySymbol["\(name).\(method.name)"] = file.name }
            }
        }
    }

    /// The serialized descriptors of a file and of all that it imports, itself first; `nil` if there is no such file.
    func serializedFiles(named name: String) -> [Data]? {
        guard files[name] != nil else { return nil }
        var names = [name]
        var next = 0
        while next < names.count {
            for dependency in files[names[next]]?.dependency ?? [] where !names.contains(dependency) {
                names.append(dependency)
            }
            next += 1
        }
        return names.compactMap { name in files[name].flatMap { try? $0.serializedData() } }
    }

    /// The file that declares a message, field, oneof, enum, enum value, service or method.
    func fileName(declaring symbol: String) -> String? { fileBySymbol[symbol] }

    func isMessage(_ name: String) -> Bool { messages.contains(name) }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String, _ file: String) {
        let name = "\(scope).\(message.name)"
        messages.insert(name)
        fileBySymbol[name] = file
        for field in message.field { fileBySymbol["\(name).\(field.name)"] = file }
        for oneof in message.oneofDecl { fileBySymbol["\(name).\(oneof.name)"] = file }
        for enumeration in message.enumType { add(enumeration, in: name, file) }
        for inner in message.nestedType { add(inner, in: name, file) }
    }

    /// The values of an enum are its siblings, as in C++.
    private mutating func add(_ enumeration: Google_Protobuf_EnumDescriptorProto, in scope: String, _ file: String) {
        fileBySymbol["\(scope).\(enumeration.name)"] = file
        for value in enumeration.value { fileBySymbol["\(scope).\(value.name)"] = file }
    }
}
