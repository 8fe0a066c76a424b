"""One inference request over gRPC with messages written and read here: only tensor bytes matter, and they are many."""

from collections.abc import Iterator
from typing import Any

from .errors import ComparisonError
from .repositories import INPUT, MODEL

_METHOD = "/inference.GRPCInferenceService/ModelInfer"
_LENGTH_DELIMITED = 2
# Field numbers of ModelInferRequest, its InferInputTensor, and ModelInferResponse.
_MODEL_NAME, _INPUTS, _RAW_INPUT = 1, 5, 7
_TENSOR_NAME, _TENSOR_TYPE, _TENSOR_SHAPE = 1, 2, 3
_RAW_OUTPUT = 6


def echo(address: str, data: bytes | bytearray, timeout: float = 120.0) -> memoryview:
    """Sends the data as an FP32 tensor and gives back the bytes of the tensor in the answer."""
    grpc = _grpc()
    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(address, options=unlimited) as channel:
        call = channel.unary_unary(_METHOD)
        try:
            return raw_output(call(request(data), timeout=timeout))
        except grpc.RpcError as error:
            raise ComparisonError(f"gRPC status {error.code().name}: {(error.details() or '')[:300]}") from error


def request(data: bytes | bytearray) -> bytes:
    shape = _field(_TENSOR_SHAPE, varint(len(data) // 4))
    tensor = _field(_TENSOR_NAME, INPUT.encode()) + _field(_TENSOR_TYPE, b"FP32") + shape
    start = _field(_MODEL_NAME, MODEL.encode()) + _field(_INPUTS, tensor)
    return b"".join((start, varint(_RAW_INPUT << 3 | _LENGTH_DELIMITED), varint(len(data)), data))


def raw_output(message: bytes) -> memoryview:
    for number, value in _fields(memoryview(message)):
        if number == _RAW_OUTPUT:
            return value
    raise ComparisonError("the answer holds no raw output")


def varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | _LENGTH_DELIMITED) + varint(len(value)) + value


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The length-delimited fields; those of the answer that are not are skipped."""
    position = 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        match tag & 7:
            case 0:
                _, position = _read_varint(message, position)
            case 1:
                position += 8
            case 5:
                position += 4
            case 2:
                length, position = _read_varint(message, position)
                yield tag >> 3, message[position : position + length]
                position += length
            case kind:
                raise ComparisonError(f"the answer is not a protobuf message: wire type {kind}")


def _read_varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(message):
            raise ComparisonError("the answer is not a protobuf message: it ends within a number")
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


def _grpc() -> Any:
    """grpcio, from the packages that this tool installs; only a run that needs it loads it."""
    try:
        import grpc
    except ImportError as error:
        raise ComparisonError(f"grpcio cannot be loaded: {error}") from error
    return grpc
