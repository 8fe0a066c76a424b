"""The metrics port: what it tells is what happened, in the format of Prometheus."""

import http.client
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpc
from clients import assert_serving, infer_vector, post, run_together
from model_files import ADD_CONFIG, Add, Throws, identity_config, write_model, write_module, write_standard_models
from nereid_server import NereidServer, eventually
from prometheus_client.parser import text_string_to_metric_families
from tritonclient.utils import InferenceServerException

Labels = tuple[tuple[str, str], ...]
DURATIONS = {
    "nv_inference_request_duration_us": "success",
    "nv_inference_queue_duration_us": "queue",
    "nv_inference_compute_input_duration_us": "compute_input",
    "nv_inference_compute_infer_duration_us": "compute_infer",
    "nv_inference_compute_output_duration_us": "compute_output",
}


def exchange(server: NereidServer, method: str = "GET", path: str = "/metrics", headers: dict[str, str] | None = None):
    """Status, content type and body."""
    connection = http.client.HTTPConnection(server.metrics_url, timeout=60)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read().decode()
    finally:
        connection.close()


class Metrics:
    """One scrape, read by the parser of Prometheus' own client."""

    def __init__(self, server: NereidServer):
        status, content_type, self.text = exchange(server)
        assert (status, content_type) == (200, "text/plain; charset=utf-8")
        self.families = {family.name: family for family in text_string_to_metric_families(self.text)}
        self.samples: dict[tuple[str, Labels], float] = {}
        for family in self.families.values():
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                assert key not in self.samples, f"{key} is there twice"
                self.samples[key] = sample.value

    def value(self, name: str, **labels: str) -> float:
        """A sample; the parser ends the name of every counter in _total."""
        key = tuple(sorted(labels.items()))
        return self.samples[name, key] if (name, key) in self.samples else self.samples[name + "_total", key]

    def models(self) -> set[str]:
        """Models of which Triton's series tell."""
        return {dict(labels)["model"] for name, labels in self.samples if name.startswith("nv_inference_")}

    def failures(self, model: str) -> dict[str, float]:
        reasons = ("REJECTED", "CANCELED", "BACKEND", "OTHER")
        counts = {
            reason: self.value("nv_inference_request_failure", model=model, version="1", reason=reason)
            for reason in reasons
        }
        return {reason: count for reason, count in counts.items() if count > 0}


def assert_agrees_with_statistics(server: NereidServer, model: str) -> None:
    stats = server.client().get_inference_statistics(model)["model_stats"][0]
    metrics = Metrics(server)
    labels = {"model": model, "version": "1"}
    assert metrics.value("nv_inference_request_success", **labels) == stats["inference_stats"]["success"]["count"]
    assert metrics.value("nv_inference_count", **labels) == stats["inference_count"]
    assert metrics.value("nv_inference_exec_count", **labels) == stats["execution_count"]
    assert sum(metrics.failures(model).values()) == stats["inference_stats"]["fail"]["count"]
    for name, statistic in DURATIONS.items():
        entry = stats["inference_stats"][statistic]
        # Each request is cut to whole microseconds.
        assert entry["ns"] / 1000 - entry["count"] <= metrics.value(name, **labels) <= entry["ns"] / 1000
    memory = {(usage["type"], str(usage["id"])): usage["byte_size"] for usage in stats["memory_usage"]}
    for (kind, number), size in memory.items():
        assert metrics.value("nereid_model_memory_bytes", type=kind, id=number, **labels) == size


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> NereidServer:
    folder = tmp_path_factory.mktemp("metrics")
    repository = folder / "models"
    repository.mkdir()
    write_standard_models(repository)
    write_model(repository, "throwing", ADD_CONFIG, Throws())
    tags = 'metric_tags { key: "team" value: "a\\"b\\\\c\\nd" } metric_tags { key: "not-legal" value: "x" }\n'
    write_model(repository, "tagged", identity_config("FP32", "-1") + tags)
    with NereidServer(repository, folder / "server.log", "--model-control-mode=none") as server:
        yield server


def test_counts_are_those_of_the_statistics(server: NereidServer) -> None:
    def over_http() -> None:
        client = server.client()
        for size in range(1, 11):
            infer_vector(client, "add_one", np.ones(size, np.float32), "X", "Y")
            infer_vector(client, "add_two", np.ones(size, np.float32), "IN", "OUT")

    def over_grpc() -> None:
        client = server.grpc_client()
        for size in range(1, 11):
            tensor = grpc.InferInput("X", [size], "FP32")
            tensor.set_data_from_numpy(np.ones(size, np.float32))
            client.infer("add_one", [tensor])

    before = Metrics(server).value("nv_inference_request_success", model="add_one", version="1")
    run_together(over_http, over_grpc, over_http)
    after = Metrics(server).value("nv_inference_request_success", model="add_one", version="1")
    assert after - before == 10 + 10 + 10 + 2 * 2 * 10
    for model in ("add_one", "add_two"):
        assert_agrees_with_statistics(server, model)


def test_batches_count_as_inferences(server: NereidServer) -> None:
    for batch in (1, 8):
        tensor = {"name": "INPUT0", "datatype": "BYTES", "shape": [batch, 1], "data": ["a"] * batch}
        assert post(server, "/v2/models/text/infer", {"inputs": [tensor]})[0] == 200
    metrics = Metrics(server)
    assert metrics.value("nv_inference_request_success", model="text", version="1") == 2
    assert metrics.value("nv_inference_count", model="text", version="1") == 9
    assert metrics.value("nv_inference_exec_count", model="text", version="1") == 2


def test_a_backend_that_fails_is_the_reason(server: NereidServer) -> None:
    client = server.client()
    for _ in range(3):
        with pytest.raises(InferenceServerException):
            infer_vector(client, "throwing", np.ones(2, np.float32), "X", "Y")
    # Refused before it is taken in: counted nowhere.
    with pytest.raises(InferenceServerException):
        infer_vector(client, "throwing", np.ones((2, 2), np.float32), "X", "Y")
    assert Metrics(server).failures("throwing") == {"BACKEND": 3}
    assert_agrees_with_statistics(server, "throwing")


def test_tags_of_the_configuration_become_labels(server: NereidServer) -> None:
    labels = {"model": "tagged", "version": "1", "_team": 'a"b\\c\nd', "_not_legal": "x"}
    assert Metrics(server).value("nv_inference_request_success", **labels) == 0


def test_families_have_types_and_help(server: NereidServer) -> None:
    metrics = Metrics(server)
    for name, family in metrics.families.items():
        assert family.documentation, name
        assert family.type in ("counter", "gauge"), name
    for name in ("nv_cpu_utilization", "nv_cpu_memory_total_bytes", "nv_pinned_memory_pool_used_bytes"):
        assert metrics.value(name) >= 0
    assert metrics.value("nv_model_load_duration_secs", model="add_one", version="1") > 0
    # Nothing of the cache without a cache, of GPUs without GPUs, of distributions unless they are asked for.
    assert not [name for name in metrics.families if "cache" in name or "gpu" in name or "summary" in name]


def test_the_server_tells_of_itself(server: NereidServer) -> None:
    metrics = Metrics(server)
    assert metrics.value("nereid_server_ready") == 1
    assert metrics.value("nereid_model_versions", state="READY") == 6
    assert metrics.value("nereid_model_loads", model="add_one") == 1
    status = Path(f"/proc/{server.process_id}/status").read_text()
    resident = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
    assert 0.8 * resident < metrics.value("nereid_process_resident_memory_bytes") < 1.25 * resident
    descriptors = len(os.listdir(f"/proc/{server.process_id}/fd"))
    assert abs(metrics.value("nereid_process_open_fds") - descriptors) <= 3
    with server.client() as client:
        assert client.is_server_live()
        eventually(lambda: Metrics(server).value("nereid_connections", protocol="http") >= 1)


@pytest.mark.parametrize(
    "method, path, headers, expected",
    [
        ("GET", "/", {}, (200, "text/plain; charset=utf-8", "")),
        ("POST", "/metrics", {}, (405, "text/plain", '{"error":"Method Not Allowed"}')),
        ("HEAD", "/metrics", {}, (405, "text/plain", "")),
    ],
)
def test_other_requests_are_answered_as_by_triton(
    server: NereidServer, method: str, path: str, headers: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert exchange(server, method, path, headers) == expected


def test_the_protocol_port_has_no_metrics(server: NereidServer) -> None:
    status, _ = post(server, "/metrics", b"")
    assert status == 404


def test_scrapes_and_requests_at_the_same_time(server: NereidServer) -> None:
    def scrape() -> None:
        last = 0.0
        for _ in range(50):
            count = Metrics(server).value("nv_inference_request_success", model="add_one", version="1")
            assert count >= last
            last = count

    def infer() -> None:
        client = server.client()
        for _ in range(200):
            infer_vector(client, "add_one", np.ones(4, np.float32), "X", "Y")

    run_together(scrape, scrape, infer, infer)
    assert_agrees_with_statistics(server, "add_one")


def test_series_come_and_go_with_their_model(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    (write_model(repository, "garbage", ADD_CONFIG) / "model.pt").write_bytes(bytes(1000))
    server = serve(repository, "--model-control-mode=explicit", "--load-model=add_one", "--load-model=text")
    client = server.client()
    assert Metrics(server).models() == {"add_one", "text"}
    infer_vector(client, "add_one", np.ones(1, np.float32), "X", "Y")

    # A reload without a gap goes on counting, although the statistics start again.
    write_module(repository / "add_one" / "1" / "model.pt", Add(5.0))
    client.load_model("add_one")
    assert infer_vector(client, "add_one", np.ones(1, np.float32), "X", "Y")[0] == 6.0
    metrics = Metrics(server)
    assert metrics.value("nv_inference_request_success", model="add_one", version="1") == 2
    assert metrics.value("nereid_model_loads", model="add_one") == 2
    assert client.get_inference_statistics("add_one")["model_stats"][0]["inference_count"] == 1

    with pytest.raises(InferenceServerException):
        client.load_model("garbage")
    client.unload_model("add_one")
    eventually(lambda: Metrics(server).models() == {"text"})
    metrics = Metrics(server)
    assert metrics.value("nereid_model_load_failures", model="garbage") == 1
    assert not [labels for name, labels in metrics.samples if ("version", "1") in labels and ("model", "add_one") in labels]

    client.load_model("add_one")
    assert Metrics(server).value("nv_inference_request_success", model="add_one", version="1") == 0


def test_a_full_queue_and_a_client_that_gives_up_are_reasons(
    repository: Path, serve: Callable[..., NereidServer]
) -> None:
    write_model(repository, "slow", identity_config("FP32", "-1", {"execute_delay_ms": "300"}))
    server = serve(repository, "--max-queue-size=1", "--allow-cpu-metrics=false")
    labels = {"model": "slow", "version": "1"}
    client = server.grpc_client()

    def call(timeout: float | None = None):
        tensor = grpc.InferInput("INPUT0", [1, 1], "FP32")
        tensor.set_data_from_numpy(np.ones((1, 1), np.float32))
        return client.async_infer("slow", [tensor], lambda result, error: None, client_timeout=timeout)

    call()
    eventually(lambda: Metrics(server).value("nereid_requests_in_flight", protocol="grpc") == 1)
    eventually(lambda: Metrics(server).value("nv_inference_pending_request_count", **labels) == 0)
    waiting = call()
    eventually(lambda: Metrics(server).value("nv_inference_pending_request_count", **labels) == 1)
    call()
    eventually(lambda: Metrics(server).failures("slow") == {"REJECTED": 1})
    waiting.cancel()
    eventually(lambda: Metrics(server).failures("slow") == {"REJECTED": 1, "CANCELED": 1})
    assert Metrics(server).value("nv_inference_request_success", **labels) == 1
    assert not [name for name, _ in Metrics(server).samples if name.startswith("nv_cpu")]
    client.close()


def test_distributions_when_asked_for(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    buckets = (
        'model_metrics { metric_control [ { metric_identifier { family: "nv_inference_first_response_histogram_ms" } '
        "histogram_options { buckets: [ 1, 60000 ] } } ] }\n"
    )
    write_model(repository, "bucketed", ADD_CONFIG + buckets, Add(1.0))
    server = serve(
        repository,
        "--metrics-config=histogram_latencies=true",
        "--metrics-config=summary_latencies=true",
        "--metrics-config=summary_quantiles=0.5:0.05,0.99:0.001",
    )
    client = server.client()
    for model in ("add_one", "bucketed"):
        for _ in range(20):
            infer_vector(client, model, np.ones(4, np.float32), "X", "Y")
    metrics = Metrics(server)
    histogram = "nv_inference_first_response_histogram_ms"
    assert metrics.families[histogram].type == "histogram"
    bounds = {
        model: [dict(labels)["le"] for name, labels in metrics.samples if name == histogram + "_bucket" and ("model", model) in labels]
        for model in ("add_one", "bucketed")
    }
    assert bounds == {"add_one": ["100.0", "500.0", "2000.0", "5000.0", "+Inf"], "bucketed": ["1.0", "60000.0", "+Inf"]} or (
        bounds == {"add_one": ["100", "500", "2000", "5000", "+Inf"], "bucketed": ["1", "60000", "+Inf"]}
    )
    labels = {"model": "bucketed", "version": "1"}
    assert metrics.value(histogram + "_bucket", le="60000", **labels) == 20
    for part in ("request", "queue", "compute_input", "compute_infer", "compute_output"):
        name = f"nv_inference_{part}_summary_us"
        assert metrics.families[name].type == "summary"
        assert metrics.value(name + "_count", **labels) == 20
        total = metrics.value(name + "_sum", **labels)
        assert total == metrics.value(f"nv_inference_{part}_duration_us", **labels)
        median, high = (metrics.value(name, quantile=quantile, **labels) for quantile in ("0.5", "0.99"))
        assert 0 <= median <= high <= total * 1.01 + 1


def test_without_counters_nothing_is_counted(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    server = serve(repository, "--metrics-config", "counter_latencies=false")
    assert_serving(server)
    metrics = Metrics(server)
    assert metrics.value("nv_inference_request_success", model="add_one", version="1") == 0
    assert metrics.value("nv_inference_exec_count", model="add_one", version="1") == 0
    assert not [name for name in metrics.families if "duration_us" in name]


def test_no_metrics_at_all(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    server = serve(repository, "--allow-metrics=false")
    assert_serving(server)
    assert "listening for metrics" not in server.log
