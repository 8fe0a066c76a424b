"""--model-namespacing: the same model name in two repositories."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpc
from clients import infer_vector
from model_files import ADD_CONFIG, Add, write_model, write_standard_models
from nereid_server import NereidServer
from tritonclient.utils import InferenceServerException

AMBIGUOUS = (
    "There are 2 identifiers of model 'add_one' in global map, model namespace must be provided to resolve ambiguity."
)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A second repository, whose add_one adds 10; its ensemble of it has another name than that of the first."""
    repository = tmp_path / "other"
    write_standard_models(repository)
    (repository / "add_two").rename(repository / "add_twice_ten")
    for name in ("text", "sum_and_difference"):
        (repository / name).rename(repository / f"{name}_too")
    write_model(repository, "add_one", ADD_CONFIG, Add(10.0))
    return repository


def test_names_are_found_where_they_are_clear(
    repository: Path, other: Path, serve: Callable[..., NereidServer]
) -> None:
    write_standard_models(repository)
    server = serve(repository, f"--model-repository={other}", "--model-namespacing=true")
    client = server.client()
    one = np.ones(1, np.float32)
    # Each ensemble has the model of its own repository.
    np.testing.assert_array_equal(infer_vector(client, "add_two", one, "IN", "OUT"), [3.0])
    np.testing.assert_array_equal(infer_vector(client, "add_twice_ten", one, "IN", "OUT"), [21.0])
    index = client.get_model_repository_index()
    assert [item["state"] for item in index if item["name"] == "add_one"] == ["READY", "READY"]
    counts = [item for item in client.get_inference_statistics()["model_stats"] if item["name"] == "add_one"]
    assert [item["inference_count"] for item in counts] == [2, 2]
    for repository_path in (repository, other):
        assert f"successfully loaded '{repository_path}::add_one'" in server.log

    with pytest.raises(InferenceServerException) as error:
        infer_vector(client, "add_one", one, "X", "Y")
    assert (error.value.message(), error.value.status()) == (AMBIGUOUS, "400")
    tensor = grpc.InferInput("X", [1], "FP32")
    tensor.set_data_from_numpy(one)
    with pytest.raises(InferenceServerException) as error:
        server.grpc_client().infer("add_one", [tensor])
    assert (error.value.message(), error.value.status()) == (AMBIGUOUS, "StatusCode.INVALID_ARGUMENT")
    assert not client.is_model_ready("add_one")


def test_without_namespaces_a_name_in_two_repositories_is_unavailable(
    repository: Path, other: Path, serve: Callable[..., NereidServer]
) -> None:
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, f"--model-repository={other}", "--exit-on-error=false", "--strict-readiness=false")
    index = {item["name"]: item for item in server.client().get_model_repository_index()}
    assert index["add_one"]["state"] == "UNAVAILABLE"
    assert index["add_one"]["reason"] == "model appears in two or more repositories"
    assert index["text_too"]["state"] == "READY"
