"""Protos/ has the names, numbers and types of Triton's clients and of gRPC's own services, and Sources/InferenceProtos
was made from it."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, ServiceDescriptor
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_tools import protoc
from tritonclient.grpc import model_config_pb2, service_pb2

ROOT = Path(__file__).parents[2]
PROTOS = ROOT / "Protos"
GENERATED = ROOT / "Sources" / "InferenceProtos" / "Generated"

REFERENCES = {
    "model_config.proto": model_config_pb2.DESCRIPTOR,
    "inference.proto": service_pb2.DESCRIPTOR,
    "health.proto": health_pb2.DESCRIPTOR,
    "reflection_v1alpha.proto": reflection_pb2.DESCRIPTOR,
}


def committed() -> descriptor_pb2.FileDescriptorSet:
    """The descriptors that the server carries."""
    text = (GENERATED / "ProtoDescriptors.swift").read_text()
    match = re.search(r'"""(.*?)"""', text, re.DOTALL)
    assert match
    return descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(re.sub(r"[\s\\]", "", match[1]), validate=True))


def pool() -> descriptor_pool.DescriptorPool:
    own = descriptor_pool.DescriptorPool()
    for file in committed().file:
        own.Add(file)
    return own


def messages(found: dict[str, Descriptor]) -> Iterator[Descriptor]:
    for message in found.values():
        yield message
        yield from messages(message.nested_types_by_name)


def enumerations(file) -> Iterator[EnumDescriptor]:
    yield from file.enum_types_by_name.values()
    for message in messages(file.message_types_by_name):
        yield from message.enum_types


def field_outline(field: FieldDescriptor) -> tuple:
    kind = field.message_type or field.enum_type
    oneof = field.containing_oneof.name if field.containing_oneof else None
    return field.name, field.type, field.is_repeated, kind.full_name if kind else None, oneof


def message_outline(message: Descriptor) -> tuple:
    return message.GetOptions().map_entry, {field.number: field_outline(field) for field in message.fields}


def service_outline(service: ServiceDescriptor) -> dict[str, tuple]:
    return {
        method.name: (
            method.input_type.full_name,
            method.output_type.full_name,
            method.client_streaming,
            method.server_streaming,
        )
        for method in service.methods
    }


@pytest.mark.parametrize("name", REFERENCES)
def test_messages_are_those_of_the_clients(name: str) -> None:
    reference = {message.full_name: message for message in messages(REFERENCES[name].message_types_by_name)}
    own = {message.full_name: message for message in messages(pool().FindFileByName(name).message_types_by_name)}
    assert len(reference) > 1
    assert sorted(own) == sorted(reference)
    for full_name, message in reference.items():
        assert message_outline(own[full_name]) == message_outline(message), full_name


@pytest.mark.parametrize("name", REFERENCES)
def test_enumerations_are_those_of_the_clients(name: str) -> None:
    def outline(file) -> dict[str, dict[str, int]]:
        return {kind.full_name: {value.name: value.number for value in kind.values} for kind in enumerations(file)}

    assert outline(pool().FindFileByName(name)) == outline(REFERENCES[name])


@pytest.mark.parametrize("name", [name for name in REFERENCES if name != "model_config.proto"])
def test_services_are_those_of_the_clients(name: str) -> None:
    def outline(file) -> dict[str, dict[str, tuple]]:
        return {service.full_name: service_outline(service) for service in file.services_by_name.values()}

    reference = outline(REFERENCES[name])
    assert len(reference) == 1
    assert outline(pool().FindFileByName(name)) == reference


def test_both_versions_of_reflection_differ_in_their_package_alone() -> None:
    files = {file.name: file for file in committed().file}
    old = files["reflection_v1alpha.proto"].SerializeToString(deterministic=True)
    new = files["reflection_v1.proto"]
    new.name = "reflection_v1alpha.proto"
    text = str(new).replace("grpc.reflection.v1", "grpc.reflection.v1alpha")
    assert text == str(descriptor_pb2.FileDescriptorProto.FromString(old))


def test_the_committed_descriptors_are_those_of_the_proto_files(tmp_path: Path) -> None:
    names = sorted(path.name for path in PROTOS.glob("*.proto"))
    compiled = tmp_path / "descriptors"
    arguments = ["protoc", f"--proto_path={PROTOS}", "--include_imports", f"--descriptor_set_out={compiled}", *names]
    assert protoc.main(arguments) == 0
    expected = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes())
    own = {file.name: file for file in committed().file}
    assert sorted(own) == names
    for file in expected.file:
        assert own[file.name] == file, f"{file.name} was changed; run scripts/generate-protos"


def swift_name(message: Descriptor) -> str:
    """inference.ModelMetrics.MetricControl is Inference_ModelMetrics.MetricControl."""
    package = message.file.package
    prefix = "".join(part[0].upper() + part[1:] + "_" for part in package.split("."))
    return prefix + message.full_name.removeprefix(package + ".")


def test_the_swift_code_has_every_message() -> None:
    swift = "".join(path.read_text() for path in GENERATED.glob("*.pb.swift"))
    declared = re.findall(r"^nonisolated extension (\S+): SwiftProtobuf\.Message\b", swift, re.MULTILINE)
    files = [pool().FindFileByName(file.name) for file in committed().file]
    expected = [
        swift_name(message)
        for file in files
        for message in messages(file.message_types_by_name)
        if not message.GetOptions().map_entry
    ]
    assert sorted(declared) == sorted(expected)
