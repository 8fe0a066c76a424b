"""APIs that are open only to clients with a key, and headers that reach the model."""

from collections.abc import Callable
from pathlib import Path

import pytest
from clients import get, post
from model_files import identity_config, write_model
from nereid_server import NereidServer, ServerDidNotStart
from tritonclient.utils import InferenceServerException

Serve = Callable[..., NereidServer]
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
