"""Broken models and hostile requests: a clear error each, and everything else goes on."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from clients import assert_serving, infer_vector, post
from model_files import ADD_CONFIG, Add, Throws, identity_config, write_model, write_standard_models
from nereid_server import NereidServer, ServerDidNotStart
from tritonclient.utils import InferenceServerException

LENIENT = ("--exit-on-error=false", "--strict-readiness=false")


def write_broken_models(repository: Path) -> None:
    write_model(repository, "misspelled", ADD_CONFIG.replace("max_batch_size", "max_batchsize"), Add(1.0))
    (write_model(repository, "garbage", ADD_CONFIG) / "model.pt").write_bytes(bytes(range(256)) * 40)
    torch.save({"weight": torch.ones(3)}, write_model(repository, "pickled", ADD_CONFIG) / "model.pt")
    whole = write_model(repository, "truncated", ADD_CONFIG, Add(1.0)) / "model.pt"
    whole.write_bytes(whole.read_bytes()[:-200])
    write_model(repository, "fileless", ADD_CONFIG)
    write_model(repository, "versionless", ADD_CONFIG).rmdir()
    write_model(repository, "throwing", ADD_CONFIG, Throws())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp("failures")
    repository = folder / "models"
    repository.mkdir()
    write_standard_models(repository)
    write_broken_models(repository)
    with NereidServer(repository, folder / "server.log", *LENIENT) as server:
        yield server


BROKEN = {
    "misspelled": r'config\.pbtxt:2:1: error: unknown field "max_batchsize"; did you mean "max_batch_size"\?',
    "garbage": r"failed to load 'garbage'.*is not a TorchScript archive",
    "pickled": r"torch\.save.*torch\.jit|torch\.jit.*torch\.save",
    "truncated": r"failed to load 'truncated'.*cut off or damaged",
    "fileless": r"unable to find '.*fileless/1/model\.pt'",
    "versionless": r"versionless.*version",
}


@pytest.mark.parametrize("model", BROKEN)
def test_broken_model_says_why(server: NereidServer, model: str) -> None:
    assert re.search(BROKEN[model], server.log), server.log
    client = server.client()
    assert not client.is_model_ready(model)
    with pytest.raises(InferenceServerException, match=model):
        infer_vector(client, model, np.ones(2, np.float32), "X", "Y")
    assert_serving(server)


def test_other_models_are_ready_beside_broken_ones(server: NereidServer) -> None:
    client = server.client()
    for model in ("add_one", "add_two", "sum_and_difference", "text", "throwing"):
        assert client.is_model_ready(model)
    reasons = {item["name"]: item.get("reason", "") for item in client.get_model_repository_index()}
    assert "torch.save" in reasons["pickled"]


def test_forward_that_throws_fails_its_request_only(server: NereidServer) -> None:
    client = server.client()
    np.testing.assert_array_equal(infer_vector(client, "throwing", -np.ones(2, np.float32), "X", "Y"), -np.ones(2))
    for _ in range(3):
        with pytest.raises(InferenceServerException, match="PyTorch execute failure.*(?s:.*)the tank is empty"):
            infer_vector(client, "throwing", np.ones(2, np.float32), "X", "Y")
    np.testing.assert_array_equal(infer_vector(client, "throwing", -np.ones(2, np.float32), "X", "Y"), -np.ones(2))
    assert_serving(server)


@pytest.mark.parametrize("shape", [[1, 2**62], [2**62], [2**63 - 1, 2], [-1, 4], [2**40, 2**40]])
@pytest.mark.parametrize(
    "model, name, data_type, data",
    [("add_one", "X", "FP32", [1.5]), ("text", "INPUT0", "BYTES", ["a"]), ("sum_and_difference", "A", "FP32", [1.5])],
)
def test_absurd_shape(
    server: NereidServer, model: str, name: str, data_type: str, data: list[float | str], shape: list[int]
) -> None:
    # A negative number is not of the JSON type asked for, which has another status than a shape that does not fit.
    expected = 500 if min(shape) < 0 else 400
    tensor = {"name": name, "datatype": data_type, "shape": shape}
    status, text = post(server, f"/v2/models/{model}/infer", {"inputs": [tensor | {"data": data}]})
    assert (status, '"error"' in text) == (expected, True), text

    header = json.dumps({"inputs": [tensor | {"parameters": {"binary_data_size": 8}}]}).encode()
    length = {"Inference-Header-Content-Length": str(len(header))}
    status, text = post(server, f"/v2/models/{model}/infer", header + bytes(8), length)
    assert (status, '"error"' in text) == (expected, True), text
    assert_serving(server)


def test_large_json_within_the_limit(server: NereidServer) -> None:
    body = b'{"inputs":[{"name":"X","datatype":"FP32","shape":[9000000],"data":[' + b"0.125," * 8_999_999 + b"0.125]}]"
    body += b',"outputs":[{"name":"Y","parameters":{"binary_data":true}}]}'
    assert 50_000_000 < len(body) < 64 * 1024 * 1024
    status, _ = post(server, "/v2/models/add_one/infer", body)
    assert status == 200


def test_json_of_70_megabytes_is_refused(server: NereidServer) -> None:
    count = 70_000_000 // 6
    body = (
        b'{"inputs":[{"name":"X","datatype":"FP32","shape":[%d],"data":[' % count
        + b"0.125," * (count - 1)
        + b"0.125]}]}"
    )
    status, text = post(server, "/v2/models/add_one/infer", body)
    assert 400 <= status < 500 and "67108864" in text, f"{status} {text[:200]}"
    assert_serving(server)


def test_deep_json(server: NereidServer) -> None:
    body = (
        b'{"inputs":[{"name":"X","datatype":"FP32","shape":[1],"data":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}]}"
    )
    status, text = post(server, "/v2/models/add_one/infer", body)
    assert status in (400, 500) and '"error"' in text, text
    assert_serving(server)


def test_broken_model_ends_the_start_by_default(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    write_model(repository, "misspelled", identity_config("FP32", "4").replace("dims", "dimms"))
    with pytest.raises(ServerDidNotStart) as failure:
        serve(repository)
    message = str(failure.value)
    assert re.match(r"exit status [1-9]", message)
    assert 'unknown field "dimms"' in message
