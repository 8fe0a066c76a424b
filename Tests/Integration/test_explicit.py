"""Mode explicit as clients of both protocols see it: causes, overrides, overtaking, and races with requests."""

import base64
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from clients import add_one, infer_vector, post, run_together
from model_files import ADD_CONFIG, Add, identity_config, write_model, write_module, write_standard_models
from nereid_server import NereidServer, eventually
from tritonclient.utils import InferenceServerException

EXPLICIT = ("--model-control-mode=explicit",)
PROTOCOLS = ("http", "grpc")
# How long requests and changes race with each other.
RACE_SECONDS = float(os.environ.get("NEREID_RACE_SECONDS", "3"))

Client = tritonclient.http.InferenceServerClient | tritonclient.grpc.InferenceServerClient


@pytest.fixture
def server(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NereidServer]:
    """The standard models, none of them loaded; temporary files go to tmp_path/temporary."""
    write_standard_models(repository)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    with NereidServer(repository, tmp_path / "server.log", *EXPLICIT) as server:
        yield server


def client(server: NereidServer, protocol: str) -> Client:
    return server.client() if protocol == "http" else server.grpc_client()


def index(server: NereidServer, protocol: str) -> dict[str, tuple[str, str]]:
    """Model -> state and reason."""
    if protocol == "http":
        entries = server.client().get_model_repository_index()
    else:
        entries = server.grpc_client().get_model_repository_index(as_json=True).get("models", [])
    return {item["name"]: (item.get("state", ""), item.get("reason", "")) for item in entries}


def status(error: pytest.ExceptionInfo[InferenceServerException]) -> str:
    return str(error.value.status())


BROKEN_CONFIGS = {
    "misspelled": (
        ADD_CONFIG.replace("max_batch_size", "max_batchsize"),
        r'/misspelled/config\.pbtxt\nconfig\.pbtxt:2:1: error: unknown field "max_batchsize"; did you mean "max_batch_size"\?',
    ),
    "unclosed": ('backend: "pytorch"\ninput [ { name: "X"\n', r"/unclosed/config\.pbtxt\nconfig\.pbtxt:[0-9]+:[0-9]+: error: "),
    "mistyped": (ADD_CONFIG.replace("TYPE_FP32", "TYPE_FP33"), r"/mistyped/config\.pbtxt\nconfig\.pbtxt:3:[0-9]+: error: .*TYPE_FP33"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_causes_of_failed_loads(server: NereidServer, repository: Path, protocol: str) -> None:
    talker = client(server, protocol)
    for name, (config, cause) in BROKEN_CONFIGS.items():
        write_model(repository, name, config, Add(1.0))
        assert index(server, protocol)[name] == ("", ""), "nothing is known of a model that nobody asked for"
        for _ in range(2):
            with pytest.raises(InferenceServerException) as error:
                talker.load_model(name)
            words = f"failed to load '{name}', failed to poll from model repository: "
            assert error.value.message().startswith(words) and re.search(cause, error.value.message())
            assert status(error) == {"http": "500", "grpc": "StatusCode.INTERNAL"}[protocol]
        state, reason = index(server, protocol)[name]
        assert state == "UNAVAILABLE" and re.search(cause, reason)
        assert len(re.findall(f"Poll failed for model directory '{name}'", server.log)) == 1

    (write_model(repository, "garbage", ADD_CONFIG) / "model.pt").write_bytes(bytes(range(256)) * 40)
    with pytest.raises(InferenceServerException) as error:
        talker.load_model("garbage")
    words = "load failed for model 'garbage': version 1 is at UNAVAILABLE state: "
    assert error.value.message().startswith(words) and "is not a TorchScript archive" in error.value.message()
    assert status(error) == {"http": "400", "grpc": "StatusCode.INVALID_ARGUMENT"}[protocol]
    assert "is not a TorchScript archive" in index(server, protocol)["garbage"][1]
    assert len(re.findall("failed to load 'garbage' version 1", server.log)) == 1


def test_failed_reload_is_told_beside_the_model_that_serves_on(server: NereidServer, repository: Path) -> None:
    talker = server.client()
    talker.load_model("add_one")
    good = (repository / "add_one" / "config.pbtxt").read_text()
    (repository / "add_one" / "config.pbtxt").write_text(good.replace("dims", "dimms"))
    with pytest.raises(InferenceServerException, match=r'config\.pbtxt:3:[0-9]+: error: unknown field "dimms"'):
        talker.load_model("add_one")
    assert add_one(talker) == 3.0 and talker.is_server_ready()
    for protocol in PROTOCOLS:
        state, reason = index(server, protocol)["add_one"]
        assert state == "READY" and "this version serves on" in reason and 'unknown field "dimms"' in reason
    (repository / "add_one" / "config.pbtxt").write_text(good)
    talker.load_model("add_one")
    assert index(server, "http")["add_one"] == ("READY", "")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_overriding_files(server: NereidServer, repository: Path, tmp_path: Path, protocol: str) -> None:
    def kept() -> list[Path]:
        return [path for path in (tmp_path / "temporary").glob("nereid-*/*/**/*") if path.is_file()]

    talker = client(server, protocol)
    talker.load_model("add_one")
    module = tmp_path / "other.pt"
    write_module(module, Add(40.0))
    config = json.dumps(talker.get_model_config("add_one")) if protocol == "http" else None
    if config is None:
        config = json.dumps(talker.get_model_config("add_one", as_json=True)["config"])
    talker.load_model("add_one", config=config, files={"file:7/model.pt": module.read_bytes()})
    assert add_one(server.client()) == 42.0
    assert [path.parts[-3:] for path in kept()] == [("add_one", "7", "model.pt")]
    root = next((tmp_path / "temporary").glob("nereid-*"))
    assert root.stat().st_mode & 0o777 == 0o700

    with pytest.raises(InferenceServerException, match="must stay inside the model directory"):
        talker.load_model("add_one", config=config, files={"file:../../evil": b"1"})
    talker.load_model("add_one")
    assert add_one(server.client()) == 3.0
    eventually(lambda: kept() == [])

    talker.load_model("add_one", config=config, files={"file:7/model.pt": module.read_bytes()})
    assert len(kept()) == 1
    server.stop()
    assert not list((tmp_path / "temporary").glob("nereid-*"))


def test_files_that_a_killed_server_left_are_deleted_by_the_next(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    model = {"parameters": {"config": '{"backend": "identity"}', "file:1/x": base64.b64encode(b"weights").decode()}}
    first = NereidServer(repository, tmp_path / "first.log", *EXPLICIT).__enter__()
    try:
        assert post(first, "/v2/repository/models/sent/load", model)[0] == 200
        left = next(tmp_path.glob("nereid-*"))
        with NereidServer(repository, tmp_path / "second.log", *EXPLICIT):
            assert left.exists(), "its server lives"
    finally:
        first.kill()
    with NereidServer(repository, tmp_path / "third.log", *EXPLICIT) as third:
        assert not left.exists() and f"deleted {left}" in third.log


def test_configuration_by_name(repository: Path, serve: Callable[..., NereidServer]) -> None:
    for name in ("named", "plain"):
        write_model(repository, name, identity_config("FP32", "4"))
    (repository / "named" / "configs").mkdir()
    other = repository / "named" / "configs" / "wide.pbtxt"
    other.write_text(identity_config("FP32", "9"))
    talker = serve(repository, *EXPLICIT, "--load-model=*", "--model-config-name=wide").client()
    assert talker.get_model_config("named")["input"][0]["dims"] == [9]
    assert talker.get_model_config("plain")["input"][0]["dims"] == [4]
    other.write_text("nonsense")
    with pytest.raises(InferenceServerException, match=r"/named/configs/wide\.pbtxt\nwide\.pbtxt:1:[0-9]+: error: "):
        talker.load_model("named")
    other.write_text(identity_config("FP32", "5"))
    talker.load_model("named")
    assert talker.get_model_config("named")["input"][0]["dims"] == [5]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_ensemble_brings_its_models_and_goes_with_them(server: NereidServer, protocol: str) -> None:
    def ready() -> set[str]:
        return {name for name, (state, _) in index(server, protocol).items() if state == "READY"}

    talker = client(server, protocol)
    talker.load_model("add_two")
    assert ready() == {"add_one", "add_two"}
    talker.unload_model("add_one")
    assert ready() == set()
    talker.load_model("add_one")
    assert ready() == {"add_one", "add_two"}
    talker.unload_model("add_two", unload_dependents=True)
    assert ready() == {"add_one"}, "it was loaded by name"
    talker.unload_model("add_one")
    talker.load_model("add_two")
    talker.unload_model("add_two")
    assert ready() == {"add_one"}
    talker.load_model("add_two")
    talker.unload_model("add_two", unload_dependents=True)
    assert ready() == set()


@pytest.mark.parametrize("first, second", [("http", "grpc"), ("grpc", "http")])
def test_newer_operations_overtake_older_ones(server: NereidServer, repository: Path, first: str, second: str) -> None:
    outcomes: list[str] = []
    slow = {"creation_delay_sec": "2"}

    def load() -> None:
        try:
            client(server, first).load_model("slow")
            outcomes.append("")
        except InferenceServerException as error:
            outcomes.append(error.message())

    def overtake(change: Callable[[Client], None]) -> Callable[[], None]:
        def run() -> None:
            eventually(lambda: index(server, second)["slow"][0] == "LOADING")
            change(client(server, second))

        return run

    outdated = (
        "load failed for model 'slow': Newer operation has been applied to the model lifecycle, current load operation "
        "is out-dated.\n"
    )
    write_model(repository, "slow", identity_config("FP32", "4", slow))
    run_together(load, overtake(lambda talker: talker.unload_model("slow")))
    assert outcomes == [outdated]
    eventually(lambda: index(server, second)["slow"][0] in ("", "UNAVAILABLE"))
    assert not server.client().is_model_ready("slow")

    def load_changed(talker: Client) -> None:
        write_model(repository, "slow", identity_config("FP32", "5"))
        talker.load_model("slow")
        assert server.client().get_model_config("slow")["input"][0]["dims"] == [5]

    write_model(repository, "slow", identity_config("FP32", "4", slow))
    run_together(load, overtake(load_changed))
    assert outcomes == [outdated, outdated]
    assert index(server, first)["slow"] == ("READY", "")

    # A second load of the same files waits for the first one.
    server.client().unload_model("slow")
    write_model(repository, "slow", identity_config("FP32", "6", slow))
    run_together(load, overtake(lambda talker: talker.load_model("slow")))
    assert outcomes == [outdated, outdated, ""]
    assert server.log.count('"loading: slow:1"') == 4


def test_requests_race_with_loads_and_unloads(server: NereidServer) -> None:
    gone = re.compile(
        r"(in ensemble 'add_two', )?Request for unknown model: '(add_one|add_two)' (is not found|has no available versions|"
        r"version 1 is not (found|at ready state))"
    )
    overtaken = re.compile(
        r"load failed for model '(add_one|add_two)': (Newer operation has been applied|"
        r"ensemble 'add_two' depends on 'add_one' which has no loaded version|"
        r"ensemble add_two contains models that are not available or ambiguous: add_one)"
    )
    end = Event()
    answers = {protocol: 0 for protocol in PROTOCOLS}
    unexpected: list[str] = []

    def until_the_end(expected: re.Pattern[str], step: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            while not end.is_set():
                try:
                    step()
                except InferenceServerException as error:
                    if not expected.match(error.message()):
                        unexpected.append(error.message())
                    # Clients that ask without pause for what is not there leave no core to the threads that load it.
                    time.sleep(0.005)

        return run

    def ask(protocol: str, model: str, input: str, output: str, sum: float) -> Callable[[], None]:
        library = tritonclient.http if protocol == "http" else tritonclient.grpc
        talker = client(server, protocol)
        tensor = library.InferInput(input, [1], "FP32")
        tensor.set_data_from_numpy(np.array([40], np.float32))

        def step() -> None:
            answer = talker.infer(model, [tensor]).as_numpy(output).tolist()
            if answer != [sum]:
                unexpected.append(f"{model} answered {answer}")
            answers[protocol] += 1

        return until_the_end(gone, step)

    def change(protocol: str, model: str) -> Callable[[], None]:
        talker = client(server, protocol)

        def step() -> None:
            talker.load_model(model)
            time.sleep(0.01)  # a moment in which requests find the model
            talker.unload_model(model)

        return until_the_end(overtaken, step)

    def stop() -> None:
        time.sleep(RACE_SECONDS)
        # Loads stand behind everything else that the machine does.
        try:
            eventually(lambda: all(count > 0 for count in answers.values()), 60)
        finally:
            end.set()

    run_together(
        stop,
        *(ask(protocol, "add_one", "X", "Y", 41.0) for protocol in PROTOCOLS),
        *(ask(protocol, "add_two", "IN", "OUT", 42.0) for protocol in PROTOCOLS),
        *(change(protocol, model) for protocol in PROTOCOLS for model in ("add_one", "add_two")),
    )
    assert unexpected == []
    assert all(count > 0 for count in answers.values()), answers
    talker = server.client()
    talker.load_model("add_two")
    np.testing.assert_array_equal(infer_vector(talker, "add_two", np.ones(1, np.float32), "IN", "OUT"), [3.0])
    assert {name: index(server, "http")[name] for name in ("add_one", "add_two")} == {
        name: ("READY", "") for name in ("add_one", "add_two")
    }
