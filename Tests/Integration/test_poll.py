"""Mode poll: a model that changes on disk changes in the server, without a failed request."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clients import add_one, assert_serving, run_together
from model_files import ADD_CONFIG, Add, write_model, write_module
from nereid_server import NereidServer, eventually

POLL = ("--model-control-mode=poll", "--repository-poll-secs=1")


def test_replaced_file_changes_answers_without_a_failed_request(
    repository: Path, serve: Callable[..., NereidServer]
) -> None:
    folder = write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, *POLL)
    answers: list[list[float]] = [[], [], [], []]

    def ask_until_new(seen: list[float]) -> None:
        client = server.client()
        deadline = time.monotonic() + 60
        while seen.count(12.0) < 20 and time.monotonic() < deadline:
            seen.append(add_one(client, 2.0))

    def replace() -> None:
        eventually(lambda: all(len(seen) > 20 for seen in answers))
        write_module(folder / "model.pt", Add(10.0))

    run_together(replace, *(lambda seen=seen: ask_until_new(seen) for seen in answers))
    for seen in answers:
        old = seen.count(3.0)
        assert old > 20 and seen == [3.0] * old + [12.0] * 20


def test_broken_file_leaves_the_old_model_serving(repository: Path, serve: Callable[..., NereidServer]) -> None:
    folder = write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, *POLL)
    (folder / "model.pt").write_bytes(b"not a model")
    server.wait_for_log(r"add_one.*model\.pt|failed to load 'add_one'", timeout=30)
    assert_serving(server)
    client = server.client()
    assert client.is_server_ready()
    write_module(folder / "model.pt", Add(10.0))
    eventually(lambda: add_one(client, 2.0) == 12.0)


def test_models_come_and_go(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, *POLL)
    client = server.client()
    assert not client.is_model_ready("late")
    late = write_model(repository, "late", ADD_CONFIG, Add(5.0))
    eventually(lambda: client.is_model_ready("late"))
    late.parent.rename(repository.parent / "elsewhere")
    eventually(lambda: not client.is_model_ready("late"))
    assert_serving(server)


def test_instance_groups_change_without_a_load(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, *POLL)
    client = server.client()
    for _ in range(3):
        assert_serving(server)
    (repository / "add_one" / "config.pbtxt").write_text(ADD_CONFIG + "instance_group { count: 3 kind: KIND_CPU }")
    eventually(lambda: client.get_model_config("add_one")["instance_group"][0]["count"] == 3)
    assert_serving(server)
    statistics = client.get_inference_statistics("add_one")["model_stats"][0]
    assert statistics["inference_stats"]["success"]["count"] == 4
    assert server.log.count("loading: add_one:1") == 1 and server.log.count("updating in place: add_one:1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere changes are found each period")
def test_changes_are_found_before_the_period_is_over(repository: Path, serve: Callable[..., NereidServer]) -> None:
    folder = write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(
        repository, "--model-control-mode=poll", "--repository-poll-secs=3600", "--repository-settle-secs=0.2"
    )
    client = server.client()
    write_module(folder / "model.pt", Add(10.0))
    eventually(lambda: add_one(client, 2.0) == 12.0)
    write_model(repository, "late", ADD_CONFIG, Add(5.0))
    eventually(lambda: client.is_model_ready("late"))
