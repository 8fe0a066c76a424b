"""APIs that are open only to clients with a key, and headers that reach the model."""

from collections.abc import Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
import tritonclient.grpc as triton
from clients import get, post
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from model_files import identity_config, write_model
from nereid_server import NereidServer, ServerDidNotStart
from tritonclient.utils import InferenceServerException

Serve = Callable[..., NereidServer]
PREFIX = "triton-grpc-protocol-"
REQUEST = {"inputs": [{"name": "INPUT0", "shape": [1, 1], "datatype": "FP32", "data": [1]}]}


def test_a_key_opens_its_apis(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(
        repository, "--http-restricted-api=inference,model-repository:x-key=secret", "--http-restricted-api=metadata:k2=v2"
    )
    client = server.client()
    assert client.is_server_ready()
    assert client.get_model_config("id")["name"] == "id"
    with pytest.raises(InferenceServerException, match="This API is restricted, expecting header 'x-key'"):
        client.get_model_repository_index()
    assert client.get_model_repository_index(headers={"X-Key": "secret"})
    with pytest.raises(InferenceServerException, match="expecting header 'k2'"):
        client.get_server_metadata(headers={"x-key": "secret"})
    path = "/v2/models/id/infer"
    assert post(server, path, REQUEST)[0] == 403
    assert post(server, path, REQUEST, {"x-key": "wrong"})[0] == 403
    assert post(server, path, REQUEST, {"x-key": "secret"})[0] == 200
    client.close()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--http-restricted-api=model-reposit:k=v"], "unknown restricted api 'model-reposit'"),
        (["--grpc-restricted-protocol=model-reposit:k=v"], "unknown restricted protocol 'model-reposit'"),
        (
            ["--http-restricted-api=model-repository,health:k1=v1", "--http-restricted-api=metadata,health:k2=v2"],
            "api 'health' can not be specified in multiple config groups",
        ),
        (["--http-header-forward-pattern=(x"], "missing )"),
    ],
)
def test_wrong_rules_stop_the_start(repository: Path, serve: Serve, flags: list[str], message: str) -> None:
    with pytest.raises(ServerDidNotStart) as caught:
        serve(repository, *flags)
    assert message in str(caught.value)


def test_forwarded_headers_may_not_be_reserved(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(repository, "--http-header-forward-pattern=^(x-.*|timeout)$")
    path = "/v2/models/id/infer"
    assert post(server, path, REQUEST, {"X-User": "me"})[0] == 200
    assert post(server, path, REQUEST, {"timeout": "5"})[0] == 400
    assert get(server, "/v2/health/ready")[0] == 200


def infer(client: triton.InferenceServerClient, headers: dict[str, str] | None = None) -> float:
    tensor = triton.InferInput("INPUT0", [1, 1], "FP32")
    tensor.set_data_from_numpy(np.array([[3.0]], np.float32))
    return float(client.infer("id", [tensor], headers=headers).as_numpy("OUTPUT0")[0][0])


def test_a_key_opens_its_protocols(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(
        repository,
        "--grpc-restricted-protocol=inference,model-repository:x-key=secret",
        "--grpc-restricted-protocol=metadata:k2=v2",
    )
    client = server.grpc_client()
    assert client.is_server_ready()
    assert client.get_model_config("id").config.name == "id"
    for call in (lambda: client.get_model_repository_index(), lambda: infer(client)):
        with pytest.raises(InferenceServerException, match="UNAVAILABLE") as refused:
            call()
        assert refused.value.message() == f"This protocol is restricted, expecting header '{PREFIX}x-key'"
    key = {PREFIX + "x-key": "secret"}
    assert [model.name for model in client.get_model_repository_index(headers=key).models] == ["id"]
    assert infer(client, key) == 3.0
    for wrong in ({"x-key": "secret"}, {PREFIX + "x-key": "wrong"}, {PREFIX + "x-key": ""}, {PREFIX + "k2": "v2"}):
        with pytest.raises(InferenceServerException, match="x-key"):
            infer(client, wrong)
    with pytest.raises(InferenceServerException, match=f"expecting header '{PREFIX}k2'"):
        client.get_server_metadata(headers=key)
    assert client.get_server_metadata(headers={PREFIX + "k2": "v2"}).name == "triton"
    client.close()
    # HTTP has rules of its own.
    assert get(server, "/v2")[0] == 200
    assert post(server, "/v2/models/id/infer", REQUEST)[0] == 200


def test_a_key_opens_streams(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(repository, "--grpc-restricted-protocol=inference,health:x-key=secret")
    key = ((PREFIX + "x-key", "secret"),)
    with grpc.insecure_channel(server.grpc_url) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest()
        with pytest.raises(grpc.RpcError) as refused:
            health.Check(request, timeout=30)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
        assert health.Check(request, metadata=key, timeout=30).status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError, match="restricted"):
            next(health.Watch(request, timeout=30))
        watch = health.Watch(request, metadata=key, timeout=30)
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        watch.cancel()
        stream = channel.stream_stream("/inference.GRPCInferenceService/ModelStreamInfer")
        with pytest.raises(grpc.RpcError, match="restricted"):
            list(stream(iter([]), timeout=30))
        assert list(stream(iter([]), metadata=key, timeout=30)) == []
        # Reflection belongs to no protocol that can be restricted.
        reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
        names = reflection_pb2.ServerReflectionRequest(list_services="")
        assert next(reflection.ServerReflectionInfo(iter([names]), timeout=30)).list_services_response.service


def test_matching_metadata_becomes_parameters(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(repository, "--grpc-header-forward-pattern=^(x-.*|timeout)$", "--max-request-parameters=1")
    client = server.grpc_client()
    assert infer(client, {"x-user": "me", "y-user": "you", "not-x-user": "they"}) == 3.0
    # There would be two parameters, and one is allowed.
    with pytest.raises(InferenceServerException, match="more than 1 parameters"):
        infer(client, {"x-user": "me", "x-group": "us"})
    with pytest.raises(InferenceServerException, match="header 'timeout' cannot be forwarded"):
        infer(client, {"timeout": "5"})
    client.close()
    # The pattern of one protocol does not hold for the other.
    assert post(server, "/v2/models/id/infer", REQUEST, {"x-user": "me", "x-group": "us", "timeout": "5"})[0] == 200
