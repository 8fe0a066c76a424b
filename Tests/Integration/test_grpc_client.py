"""The Python tritonclient over gRPC, in each of the three model control modes, and the generic gRPC clients."""

import json
import queue
from collections.abc import Iterator

import grpc
import numpy as np
import pytest
import tritonclient.grpc as triton
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from google.protobuf.descriptor_pool import DescriptorPool
from model_files import identity_config, write_model, write_standard_models
from nereid_server import NereidServer, eventually
from tritonclient.grpc import service_pb2, service_pb2_grpc
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
    write_model(repository, "slow", identity_config("FP32", "-1", {"execute_delay_ms": "300"}))
    write_model(repository, "numbers", identity_config("FP32", "-1"))
    with NereidServer(repository, folder / "server.log", *MODES[mode]) as server:
        yield server


@pytest.fixture
def client(server: NereidServer) -> Iterator[triton.InferenceServerClient]:
    client = server.grpc_client()
    yield client
    client.close()


@pytest.fixture
def channel(server: NereidServer) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.grpc_url) as channel:
        yield channel


def tensor(name: str, values: np.ndarray, data_type: str) -> triton.InferInput:
    item = triton.InferInput(name, list(values.shape), data_type)
    item.set_data_from_numpy(values)
    return item


def code(error: pytest.ExceptionInfo[InferenceServerException]) -> str:
    return str(error.value.status())


class Stream:
    """One ModelStreamInfer call, whose answers are taken one by one."""

    def __init__(self, client: triton.InferenceServerClient, **arguments: object):
        self.client = client
        self._answers: queue.Queue = queue.Queue()
        client.start_stream(callback=lambda result, error: self._answers.put((result, error)), **arguments)

    def next(self) -> tuple[triton.InferResult | None, InferenceServerException | None]:
        return self._answers.get(timeout=30)

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop_stream()


def test_health(client: triton.InferenceServerClient) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("add_one")
    assert client.is_model_ready("add_two", "1")
    assert not client.is_model_ready("no_such_model")


def test_server_metadata_is_that_of_http(client: triton.InferenceServerClient, server: NereidServer) -> None:
    over_grpc = client.get_server_metadata(as_json=True)
    over_http = server.client().get_server_metadata()
    assert over_grpc == over_http


def test_model_metadata(client: triton.InferenceServerClient) -> None:
    assert client.get_model_metadata("add_one", as_json=True) == {
        "name": "add_one",
        "versions": ["1"],
        "platform": "pytorch_libtorch",
        "inputs": [{"name": "X", "datatype": "FP32", "shape": ["-1"]}],
        "outputs": [{"name": "Y", "datatype": "FP32", "shape": ["-1"]}],
    }


def test_model_config(client: triton.InferenceServerClient) -> None:
    config = client.get_model_config("sum_and_difference").config
    assert config.backend == "pytorch"
    assert config.max_batch_size == 0
    assert [item.name for item in config.output] == ["SUM", "DIFFERENCE"]
    assert config.default_model_filename == "model.pt"
    steps = client.get_model_config("add_two").config.ensemble_scheduling.step
    assert [(step.model_name, step.model_version, dict(step.input_map)) for step in steps] == [
        ("add_one", -1, {"X": "IN"}),
        ("add_one", -1, {"X": "once"}),
    ]


def test_unknown_model(client: triton.InferenceServerClient) -> None:
    with pytest.raises(InferenceServerException, match="unknown model: 'no_such_model'") as error:
        client.get_model_metadata("no_such_model")
    assert code(error) == "StatusCode.NOT_FOUND"


@pytest.mark.parametrize("algorithm", [None, "gzip", "deflate"])
def test_infer_numbers(client: triton.InferenceServerClient, algorithm: str | None) -> None:
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    b = np.full((2, 3), 0.25, np.float32)
    outputs = [triton.InferRequestedOutput(name) for name in ("DIFFERENCE", "SUM")]
    result = client.infer(
        "sum_and_difference",
        [tensor("A", a, "FP32"), tensor("B", b, "FP32")],
        outputs=outputs,
        request_id="seven",
        compression_algorithm=algorithm,
    )
    np.testing.assert_array_equal(result.as_numpy("SUM"), a + b)
    np.testing.assert_array_equal(result.as_numpy("DIFFERENCE"), a - b)
    assert result.get_response().id == "seven"
    assert result.get_response().model_version == "1"


def test_infer_typed_contents(channel: grpc.Channel) -> None:
    request = service_pb2.ModelInferRequest(model_name="numbers")
    item = request.inputs.add(name="INPUT0", datatype="FP32", shape=[1, 3])
    item.contents.fp32_contents.extend([1.5, -2.0, 3.25])
    response = service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(request)
    np.testing.assert_array_equal(np.frombuffer(response.raw_output_contents[0], np.float32), [1.5, -2.0, 3.25])


def test_infer_strings(client: triton.InferenceServerClient) -> None:
    texts = np.array([["", "Grüße", "日本語"]], dtype=np.object_)
    result = client.infer("text", [tensor("INPUT0", texts, "BYTES")])
    assert [item.decode() for item in result.as_numpy("OUTPUT0").reshape(-1)] == ["", "Grüße", "日本語"]


def test_classification(client: triton.InferenceServerClient) -> None:
    values = np.array([[0.25, 4.0, 1.0]], np.float32)
    result = client.infer(
        "numbers", [tensor("INPUT0", values, "FP32")], outputs=[triton.InferRequestedOutput("OUTPUT0", class_count=2)]
    )
    assert result.as_numpy("OUTPUT0").tolist() == [[b"4.000000:1", b"1.000000:2"]]


def test_wrong_datatype_names_both(client: triton.InferenceServerClient) -> None:
    x = np.arange(3, dtype=np.int32)
    with pytest.raises(
        InferenceServerException, match="input 'X' data-type is 'INT32', but model 'add_one' expects 'FP32'"
    ) as error:
        client.infer("add_one", [tensor("X", x, "INT32")])
    assert code(error) == "StatusCode.INVALID_ARGUMENT"


def test_async_infer(client: triton.InferenceServerClient) -> None:
    answers: queue.Queue = queue.Queue()
    x = np.linspace(-1, 1, 1001, dtype=np.float32)
    for _ in range(20):
        client.async_infer(
            "add_two", [tensor("IN", x, "FP32")], callback=lambda result, error: answers.put((result, error))
        )
    for _ in range(20):
        result, error = answers.get(timeout=30)
        assert error is None
        np.testing.assert_array_equal(result.as_numpy("OUT"), x + np.float32(1) + np.float32(1))


def test_deadline_of_a_client(client: triton.InferenceServerClient) -> None:
    with pytest.raises(InferenceServerException) as error:
        client.infer("slow", [tensor("INPUT0", np.zeros((1, 1), np.float32), "FP32")], client_timeout=0.05)
    assert code(error) == "StatusCode.DEADLINE_EXCEEDED"


def test_cancelled_call_leaves_the_queue(client: triton.InferenceServerClient, server: NereidServer) -> None:
    """Behind a request that runs, cancelled ones are not executed."""
    zero = [tensor("INPUT0", np.zeros((1, 1), np.float32), "FP32")]

    def executions() -> int:
        return int(client.get_inference_statistics("slow").model_stats[0].execution_count)

    before = executions()
    answers: queue.Queue = queue.Queue()
    calls = [
        client.async_infer("slow", zero, callback=lambda result, error: answers.put((result, error))) for _ in range(6)
    ]
    for call in calls[1:]:
        call.cancel()
    cancelled = 0
    for _ in calls:
        _, error = answers.get(timeout=30)
        cancelled += error is not None
    assert cancelled >= 4
    client.infer("slow", zero)
    assert executions() - before <= 3


def test_statistics_count_requests(client: triton.InferenceServerClient) -> None:
    def counts() -> tuple[int, int, int]:
        entry = client.get_inference_statistics("sum_and_difference").model_stats[0]
        return entry.inference_count, entry.execution_count, entry.inference_stats.success.count

    before = counts()
    zeros = np.zeros((2, 3), np.float32)
    for _ in range(3):
        client.infer("sum_and_difference", [tensor("A", zeros, "FP32"), tensor("B", zeros, "FP32")])
    assert [after - earlier for after, earlier in zip(counts(), before, strict=True)] == [3, 3, 3]


def test_repository_index(client: triton.InferenceServerClient) -> None:
    index = client.get_model_repository_index().models
    assert {(item.name, item.version, item.state) for item in index} == {
        (name, "1", "READY") for name in ("add_one", "add_two", "numbers", "slow", "sum_and_difference", "text")
    }


def test_repository_control(client: triton.InferenceServerClient, mode: str) -> None:
    if mode != "explicit":
        for call in (client.load_model, client.unload_model):
            with pytest.raises(InferenceServerException, match="explicit model load / unload is not allowed") as error:
                call("text")
            assert code(error) == "StatusCode.UNAVAILABLE"
        return
    client.unload_model("text")
    assert not client.is_model_ready("text")

    def states() -> dict[str, str]:
        return {item.name: item.state for item in client.get_model_repository_index().models}

    eventually(lambda: states()["text"] == "UNAVAILABLE")
    client.load_model("text")
    assert client.is_model_ready("text")
    with pytest.raises(InferenceServerException, match="failed to load 'no_such_model'"):
        client.load_model("no_such_model")


def test_load_with_another_config(client: triton.InferenceServerClient, mode: str) -> None:
    if mode != "explicit":
        pytest.skip("models are loaded by request in mode explicit only")
    config = client.get_model_config("text", as_json=True)["config"]
    config["max_batch_size"] = 3
    client.load_model("text", config=json.dumps(config))
    assert client.get_model_config("text").config.max_batch_size == 3
    client.unload_model("text")
    client.load_model("text")
    assert client.get_model_config("text").config.max_batch_size == 8


def test_stream_answers_in_order(client: triton.InferenceServerClient) -> None:
    with Stream(client) as stream:
        for index in range(50):
            model, name = ("numbers", "INPUT0") if index % 2 else ("add_one", "X")
            values = np.full((1, 2) if index % 2 else (2,), index, np.float32)
            client.async_stream_infer(model, [tensor(name, values, "FP32")], request_id=str(index))
        for index in range(50):
            result, error = stream.next()
            assert error is None
            assert result.get_response().id == str(index)
            assert result.get_response().parameters["triton_final_response"].bool_param
            expected = index if index % 2 else index + 1
            assert result.as_numpy("OUTPUT0" if index % 2 else "Y").reshape(-1)[0] == expected


def test_stream_goes_on_after_an_error(client: triton.InferenceServerClient) -> None:
    with Stream(client) as stream:
        client.async_stream_infer("no_such_model", [tensor("X", np.zeros(1, np.float32), "FP32")], request_id="a")
        _, error = stream.next()
        assert "no_such_model" in error.message()
        client.async_stream_infer("add_one", [tensor("X", np.ones(1, np.float32), "FP32")], request_id="b")
        result, error = stream.next()
        assert error is None
        assert result.as_numpy("Y")[0] == 2


def test_stream_in_strict_mode_ends_with_the_first_error(client: triton.InferenceServerClient) -> None:
    with Stream(client, headers={"triton_grpc_error": "true"}) as stream:
        client.async_stream_infer("no_such_model", [tensor("X", np.zeros(1, np.float32), "FP32")])
        _, error = stream.next()
        assert str(error.status()) == "StatusCode.NOT_FOUND"


def test_health_service(channel: grpc.Channel) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    assert stub.Check(health_pb2.HealthCheckRequest()).status == serving
    assert stub.Check(health_pb2.HealthCheckRequest(service="inference.GRPCInferenceService")).status == serving
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="add_one"))
    assert next(watch).status == serving
    watch.cancel()


def test_health_watch_follows_a_model(
    channel: grpc.Channel, client: triton.InferenceServerClient, mode: str
) -> None:
    if mode != "explicit":
        pytest.skip("models are unloaded by request in mode explicit only")
    watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service="text"), timeout=30)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    client.unload_model("text")
    assert next(watch).status != health_pb2.HealthCheckResponse.SERVING
    client.load_model("text")
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


def test_reflection_describes_every_service(channel: grpc.Channel) -> None:
    database = ProtoReflectionDescriptorDatabase(channel)
    assert {"inference.GRPCInferenceService", "grpc.health.v1.Health"} <= set(database.get_services())
    pool = DescriptorPool(database)
    service = pool.FindServiceByName("inference.GRPCInferenceService")
    assert len(service.methods) == 20
    reference = service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"]
    assert {method.name for method in service.methods} == {method.name for method in reference.methods}
    request = pool.FindMessageTypeByName("inference.ModelInferRequest")
    assert {(field.name, field.number, field.type) for field in request.fields} == {
        (field.name, field.number, field.type) for field in service_pb2.ModelInferRequest.DESCRIPTOR.fields
    }
