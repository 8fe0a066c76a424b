"""Runs the real executable for a test: start, wait until ready, look at its log, stop."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import tritonclient.grpc as grpc
import tritonclient.http as http

ROOT = Path(__file__).resolve().parents[2]
EXECUTABLE = Path(os.environ.get("NEREID_EXECUTABLE", ROOT / ".build" / "release" / "nereid"))
_GRPC_LINE = re.compile(r"listening for gRPC on ([^\s:]+):(\d+)")
_METRICS_LINE = re.compile(r"listening for metrics on ([^\s:]+):(\d+)")
_READY_LINE = re.compile(r"ready in .*?https?://([^\s:]+):(\d+)")


def eventually(holds: Callable[[], bool], timeout: float = 20.0) -> None:
    """Waits until the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {timeout} s"
        time.sleep(0.05)


class ServerDidNotStart(Exception):
    """The server ended, or was not ready in time; the message holds its log."""


class NereidServer:
    """`nereid serve` on a free port of the loopback interface; a context manager that stops it."""

    def __init__(self, repository: Path, log: Path, *flags: str):
        self.repository = repository
        self.log_path = log
        self.flags = flags
        self.url = ""
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "NereidServer":
        try:
            if self._process is None:
                self.start()
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the process and returns at once."""
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    @property
    def command(self) -> list[str]:
        """What `start` runs; of a flag that is given twice the last one counts."""
        command = [str(EXECUTABLE), "serve", f"--model-repository={self.repository}", "--exit-idle-secs=0"]
        command += ["--http-address=127.0.0.1", "--http-port=0", "--grpc-address=127.0.0.1", "--grpc-port=0"]
        command += ["--metrics-port=0"]
        return [*command, *self.flags]

    def adopt(self, process: subprocess.Popen) -> None:
        """Takes over a process that was started in another way and writes to this server's log."""
        self._process = process

    def wait_until_ready(self, timeout: float = 120.0) -> None:
        """Waits for the ready line and takes the address from it."""
        match = self.wait_for_log(_READY_LINE, timeout)
        self.url = f"{match[1]}:{match[2]}"

    def wait_for_log(self, pattern: str | re.Pattern[str], timeout: float = 120.0) -> re.Match[str]:
        """Waits until the log matches; fails when the process ends or the time is up."""
        deadline = time.monotonic() + timeout
        while True:
            ended = self.exit_status is not None
            match = re.search(pattern, self.log)
            if match:
                return match
            if ended:
                raise ServerDidNotStart(f"exit status {self.exit_status}, no line {pattern!r} in the log:\n{self.log}")
            if time.monotonic() > deadline:
                raise ServerDidNotStart(f"no line {pattern!r} within {timeout} s, log:\n{self.log}")
            time.sleep(0.02)

    @property
    def grpc_url(self) -> str:
        """Address of the gRPC port, once the server is ready."""
        match = self.wait_for_log(_GRPC_LINE)
        return f"{match[1]}:{match[2]}"

    @property
    def metrics_url(self) -> str:
        """Address of the metrics port, once the server is ready."""
        match = self.wait_for_log(_METRICS_LINE)
        return f"{match[1]}:{match[2]}"

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while the process runs."""
        assert self._process is not None
        return self._process.poll()

    def client(self, timeout_seconds: float = 60.0) -> http.InferenceServerClient:
        """A client of this server, for one thread."""
        return http.InferenceServerClient(self.url, network_timeout=timeout_seconds, connection_timeout=timeout_seconds)

    def grpc_client(self) -> grpc.InferenceServerClient:
        """A gRPC client of this server."""
        return grpc.InferenceServerClient(self.grpc_url)

    def terminate(self) -> None:
        """Asks the process to end, without waiting."""
        self.signal(signal.SIGTERM)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait_for_exit(self, timeout: float = 60.0) -> int:
        assert self._process is not None
        return self._process.wait(timeout)

    def stop(self) -> None:
        """Ends the process as a user would; anything but exit status 0 is an error."""
        if self.exit_status is None:
            self.terminate()
            try:
                self.wait_for_exit()
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server did not end within 60 s of SIGTERM, log:\n{self.log}") from None
        if self.exit_status != 0:
            raise AssertionError(f"the server ended with status {self.exit_status}, log:\n{self.log}")

    def kill(self) -> None:
        """Ends the process at once, and what it started if it leads a process group."""
        if self._process is not None and self._process.poll() is None:
            if os.getpgid(self._process.pid) == self._process.pid:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
            self._process.wait()
