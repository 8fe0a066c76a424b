"""The Python tritonclient over the whole protocol, in each of the three model control modes."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
import tritonclient.http as http
from model_files import write_standard_models
from nereid_server import NereidServer, eventually
from tritonclient.utils import InferenceServerException

MODES = {
    "none": ["--model-control-mode=none"],
    "poll": ["--model-control-mode=poll", "--repository-poll-secs=1"],
    "explicit": ["--model-control-mode=explicit", "--load-model=*"],
}


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def server(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp(mode)
    repository = folder / "models"
    repository.mkdir()
    write_standard_models(repository)
    with NereidServer(repository, folder / "server.log", *MODES[mode]) as server:
        yield server


@pytest.fixture
def client(server: NereidServer) -> Iterator[http.InferenceServerClient]:
    client = server.client()
    yield client
    client.close()


def tensor(name: str, values: np.ndarray, data_type: str, binary: bool) -> http.InferInput:
    item = http.InferInput(name, list(values.shape), data_type)
    item.set_data_from_numpy(values, binary_data=binary)
    return item


def test_health(client: http.InferenceServerClient) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("add_one")
    assert client.is_model_ready("add_two", "1")
    assert not client.is_model_ready("no_such_model")


def test_server_metadata(client: http.InferenceServerClient) -> None:
    metadata = client.get_server_metadata()
    assert metadata["name"] == "triton"
    assert metadata["version"]
    assert {"binary_tensor_data", "model_repository", "statistics"} <= set(metadata["extensions"])


def test_model_metadata(client: http.InferenceServerClient) -> None:
    metadata = client.get_model_metadata("add_one")
    assert metadata == {
        "name": "add_one",
        "versions": ["1"],
        "platform": "pytorch_libtorch",
        "inputs": [{"name": "X", "datatype": "FP32", "shape": [-1]}],
        "outputs": [{"name": "Y", "datatype": "FP32", "shape": [-1]}],
    }
    assert client.get_model_metadata("text")["inputs"] == [{"name": "INPUT0", "datatype": "BYTES", "shape": [-1, -1]}]
    assert client.get_model_metadata("add_two")["platform"] == "ensemble"


def test_model_config(client: http.InferenceServerClient) -> None:
    config = client.get_model_config("sum_and_difference")
    assert config["backend"] == "pytorch"
    assert config["max_batch_size"] == 0
    assert [item["name"] for item in config["output"]] == ["SUM", "DIFFERENCE"]
    assert config["default_model_filename"] == "model.pt"


def test_unknown_model(client: http.InferenceServerClient) -> None:
    with pytest.raises(InferenceServerException, match="unknown model: 'no_such_model'"):
        client.get_model_metadata("no_such_model")


@pytest.mark.parametrize("binary_input", [True, False])
@pytest.mark.parametrize("binary_output", [True, False])
def test_infer_numbers(client: http.InferenceServerClient, binary_input: bool, binary_output: bool) -> None:
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    b = np.full((2, 3), 0.25, np.float32)
    inputs = [tensor("A", a, "FP32", binary_input), tensor("B", b, "FP32", binary_input)]
    outputs = [http.InferRequestedOutput(name, binary_data=binary_output) for name in ("DIFFERENCE", "SUM")]
    result = client.infer("sum_and_difference", inputs, outputs=outputs, request_id="seven")
    np.testing.assert_array_equal(result.as_numpy("SUM"), a + b)
    np.testing.assert_array_equal(result.as_numpy("DIFFERENCE"), a - b)
    assert result.get_response()["id"] == "seven"
    assert result.get_response()["model_version"] == "1"


@pytest.mark.parametrize("binary", [True, False])
def test_infer_strings(client: http.InferenceServerClient, binary: bool) -> None:
    texts = np.array([["", "Grüße", "日本語"]], dtype=np.object_)
    outputs = [http.InferRequestedOutput("OUTPUT0", binary_data=binary)]
    result = client.infer("text", [tensor("INPUT0", texts, "BYTES", binary)], outputs=outputs)
    got = [item.decode() if isinstance(item, bytes) else item for item in result.as_numpy("OUTPUT0").reshape(-1)]
    assert got == ["", "Grüße", "日本語"]


@pytest.mark.parametrize("algorithm", [None, "gzip", "deflate"])
def test_infer_ensemble(client: http.InferenceServerClient, algorithm: str | None) -> None:
    x = np.linspace(-1, 1, 1001, dtype=np.float32)
    result = client.infer(
        "add_two",
        [tensor("IN", x, "FP32", True)],
        request_compression_algorithm=algorithm,
        response_compression_algorithm=algorithm,
    )
    np.testing.assert_array_equal(result.as_numpy("OUT"), x + np.float32(1) + np.float32(1))


def test_wrong_datatype_names_both(client: http.InferenceServerClient) -> None:
    x = np.arange(3, dtype=np.int32)
    with pytest.raises(InferenceServerException, match="add_one.*INT32.*FP32|add_one.*FP32.*INT32"):
        client.infer("add_one", [tensor("X", x, "INT32", True)])


def test_statistics_count_requests(client: http.InferenceServerClient) -> None:
    def counts() -> dict[str, int]:
        statistics = client.get_inference_statistics("sum_and_difference")["model_stats"]
        assert [(item["name"], item["version"]) for item in statistics] == [("sum_and_difference", "1")]
        entry = statistics[0]
        return {
            "inference": entry["inference_count"],
            "execution": entry["execution_count"],
            "success": entry["inference_stats"]["success"]["count"],
            "fail": entry["inference_stats"]["fail"]["count"],
        }

    before = counts()
    zeros = np.zeros((2, 3), np.float32)
    for _ in range(3):
        client.infer("sum_and_difference", [tensor("A", zeros, "FP32", True), tensor("B", zeros, "FP32", True)])
    after = counts()
    assert {key: after[key] - before[key] for key in after} == {"inference": 3, "execution": 3, "success": 3, "fail": 0}
    names = {item["name"] for item in client.get_inference_statistics()["model_stats"]}
    assert names == {"add_one", "add_two", "sum_and_difference", "text"}


def test_repository_index(client: http.InferenceServerClient) -> None:
    index = client.get_model_repository_index()
    assert {(item["name"], item["version"], item["state"]) for item in index} == {
        (name, "1", "READY") for name in ("add_one", "add_two", "sum_and_difference", "text")
    }


def test_repository_control(client: http.InferenceServerClient, mode: str) -> None:
    if mode != "explicit":
        for call in (client.load_model, client.unload_model):
            with pytest.raises(InferenceServerException, match="explicit model load / unload is not allowed"):
                call("text")
        assert client.is_model_ready("text")
        return
    client.unload_model("text")
    assert not client.is_model_ready("text")

    def states() -> dict[str, str]:
        return {item["name"]: item.get("state", "") for item in client.get_model_repository_index()}

    eventually(lambda: states()["text"] == "UNAVAILABLE")
    assert states()["add_one"] == "READY"
    client.load_model("text")
    assert client.is_model_ready("text")
    with pytest.raises(InferenceServerException, match="failed to load 'no_such_model'"):
        client.load_model("no_such_model")


def test_load_with_another_config(client: http.InferenceServerClient, mode: str) -> None:
    if mode != "explicit":
        pytest.skip("models are loaded by request in mode explicit only")
    config = client.get_model_config("text")
    config["max_batch_size"] = 3
    client.load_model("text", config=json.dumps(config))
    assert client.get_model_config("text")["max_batch_size"] == 3
    client.unload_model("text")
    client.load_model("text")
    assert client.get_model_config("text")["max_batch_size"] == 8
