"""Health while models load, and a clean end on SIGTERM."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from clients import assert_serving, get, infer_vector, run_together
from model_files import identity_config, write_model, write_standard_models
from nereid_server import ROOT, NereidServer, eventually


def test_live_before_ready(repository: Path, tmp_path: Path) -> None:
    write_model(repository, "slow_to_load", identity_config("FP32", "4", {"creation_delay_sec": "3"}))
    server = NereidServer(repository, tmp_path / "server.log")
    server.start()
    try:
        server.url = f"127.0.0.1:{server.wait_for_log(r'listening for HTTP on .*:([0-9]+)')[1]}"
        assert get(server, "/v2/health/live")[0] == 200
        assert get(server, "/v2/health/ready")[0] != 200
        eventually(lambda: get(server, "/v2/health/ready")[0] == 200)
        assert get(server, "/v2/health/live")[0] == 200
    finally:
        server.stop()


def test_sigterm_lets_requests_in_flight_finish(repository: Path, tmp_path: Path) -> None:
    write_model(repository, "slow", identity_config("FP32", "4", {"execute_delay_ms": "2000"}))
    server = NereidServer(repository, tmp_path / "server.log")
    with server:
        values = np.array([[1, 2, 3, 4]], np.float32)
        finished: list[float] = []

        def ask() -> None:
            answer = infer_vector(server.client(), "slow", values, "INPUT0", "OUTPUT0")
            np.testing.assert_array_equal(answer, values)
            finished.append(time.monotonic())

        def end() -> None:
            time.sleep(0.7)  # the requests must have reached the model
            server.terminate()

            def not_ready() -> bool:
                try:
                    return get(server, "/v2/health/ready")[0] != 200
                except ConnectionError:
                    return True

            eventually(not_ready, timeout=1.0)
            assert finished == []

        run_together(ask, end)
        assert server.wait_for_exit(30) == 0


def test_sigterm_when_idle_ends_at_once(repository: Path, tmp_path: Path) -> None:
    write_standard_models(repository)
    with NereidServer(repository, tmp_path / "server.log") as server:
        assert_serving(server)
        started = time.monotonic()
        server.terminate()
        assert server.wait_for_exit(30) == 0
        assert time.monotonic() - started < 5


def test_serve_script_serves_the_named_repository(repository: Path, tmp_path: Path) -> None:
    write_standard_models(repository)
    log = tmp_path / "serve.log"
    server = NereidServer(repository, log)
    command = [str(ROOT / "serve"), "--model-store", str(repository), "--http-address=127.0.0.1", "--http-port", "0"]
    command += ["--metrics-port=0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )
        server.adopt(process)
    with server:
        assert_serving(server)


def test_unknown_flag_suggests_the_nearest(repository: Path, tmp_path: Path) -> None:
    server = NereidServer(repository, tmp_path / "server.log", "--model-repositry=/tmp")
    server.start()
    assert server.wait_for_exit(30) != 0
    assert "--model-repository" in server.log


def test_flag_without_effect_is_named(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_standard_models(repository)
    server = serve(repository, "--pinned-memory-pool-byte-size=268435456")
    lines = [line for line in server.log.splitlines() if "pinned-memory-pool-byte-size" in line]
    assert len(lines) == 1
