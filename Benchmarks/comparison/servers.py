"""The servers that are compared: how each is started, when it is ready, what it counted."""

import json
import re
import shlex
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from . import process_figures
from .errors import ComparisonError, last_lines
from .processes import OwnedProcess
from .repositories import MODEL

HOST = "127.0.0.1"
_ATTACHED = re.compile(r"(?P<http>[^\s,]+),(?P<grpc>[^\s,]*),(?P<pid>\d+)")
_NAME = re.compile(r"[\w.+-]+")


@dataclass(frozen=True)
class Launch:
    """A server that this tool starts.

    The command may hold {http_port} and {grpc_port}; a server whose command lacks the latter is measured without gRPC.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attachment:
    """A server that runs already. Addresses are HOST:PORT; `grpc` may be empty."""

    name: str
    http: str
    grpc: str
    pid: int


Recipe = Launch | Attachment


@dataclass(frozen=True)
class Counts:
    """Requests that the model has answered."""

    succeeded: int
    failed: int


class Server:
    """A running server with the model `identity`."""

    def __init__(self, name: str, http: str, grpc: str, pid: int):
        self.name = name
        self.http = http
        self.grpc = grpc
        self.pid = pid

    def is_ready(self) -> bool:
        try:
            return all(self._get(path)[0] == 200 for path in ("/v2/health/ready", f"/v2/models/{MODEL}/ready"))
        except (OSError, HTTPException):
            return False

    def counts(self) -> Counts:
        """From the statistics extension: exact whatever the load generator reports."""
        status, body = self._get(f"/v2/models/{MODEL}/stats")
        if status != 200:
            raise ComparisonError(f"{self.name} answers {status} when asked for its statistics")
        statistics = json.loads(body)["model_stats"][0]["inference_stats"]
        return Counts(int(statistics["success"]["count"]), int(statistics["fail"]["count"]))

    def wait_until_quiet(self, timeout: float = 10.0) -> None:
        """Returns when requests that a load generator left behind are done with: no CPU time passes any more."""
        deadline = time.monotonic() + timeout
        before = process_figures.usage(self.pid).with_children
        while time.monotonic() < deadline:
            time.sleep(0.1)
            now = process_figures.usage(self.pid).with_children
            if now - before < 2000:
                return
            before = now

    def _get(self, path: str) -> tuple[int, bytes]:
        host, port = split_address(self.http)
        connection = HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def split_address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def parse_server(text: str, replacements: Mapping[str, str]) -> Recipe:
    """NAME=HTTP,GRPC,PID or NAME=COMMAND LINE; other placeholders than the ports are replaced at once."""
    name, separator, rest = text.partition("=")
    if not separator or not _NAME.fullmatch(name) or not rest.strip():
        raise ComparisonError(f"--server {text!r}: expected NAME=HTTP_ADDRESS,GRPC_ADDRESS,PID or NAME=COMMAND LINE")
    attached = _ATTACHED.fullmatch(rest.strip())
    if attached:
        addresses = [re.sub(r"^\w+://", "", attached[part]).rstrip("/") for part in ("http", "grpc")]
        for address in filter(None, addresses):
            if not re.fullmatch(r".+:\d+", address):
                raise ComparisonError(f"--server {name}: {address!r} is not HOST:PORT")
        return Attachment(name, addresses[0], addresses[1], int(attached["pid"]))
    if "{http_port}" not in rest:
        raise ComparisonError(f"--server {name}: the command line lacks {{http_port}}, where a free port is filled in")
    return Launch(name, [_fill_in(word, replacements) for word in shlex.split(rest)])


@contextmanager
def running(recipes: Sequence[Recipe], logs: Path) -> Iterator[list[Server]]:
    """The servers, started and ready, in the order of the recipes; those started here end with the context."""
    with ExitStack() as stack:
        yield [_enter(recipe, logs, stack) for recipe in recipes]


def _enter(recipe: Recipe, logs: Path, stack: ExitStack) -> Server:
    if isinstance(recipe, Launch):
        return _start(recipe, logs, stack)
    server = Server(recipe.name, recipe.http, recipe.grpc, recipe.pid)
    if not process_figures.is_alive(recipe.pid):
        raise ComparisonError(f"{recipe.name}: no process has the id {recipe.pid}")
    if not server.is_ready():
        raise ComparisonError(f"{recipe.name}: no ready server with the model {MODEL!r} at http://{recipe.http}")
    return server


def _start(recipe: Launch, logs: Path, stack: ExitStack, timeout: float = 120.0) -> Server:
    http_port, grpc_port, metrics_port = free_ports(3)
    ports = {"http_port": str(http_port), "grpc_port": str(grpc_port), "metrics_port": str(metrics_port)}
    has_grpc = any("{grpc_port}" in word for word in recipe.command)
    process = OwnedProcess(
        [_fill_in(word, ports) for word in recipe.command], logs / f"{recipe.name}.log", recipe.environment
    )
    stack.callback(process.stop)
    server = Server(recipe.name, f"{HOST}:{http_port}", f"{HOST}:{grpc_port}" if has_grpc else "", process.pid)
    deadline = time.monotonic() + timeout
    while not server.is_ready():
        if process.exit_status() is not None:
            raise ComparisonError(
                f"{recipe.name} ended with status {process.exit_status()} instead of getting ready;"
                f" its log {process.log_path} ends in\n{last_lines(process.log)}"
            )
        if time.monotonic() > deadline:
            raise ComparisonError(f"{recipe.name} was not ready within {timeout:.0f} s; its log is {process.log_path}")
        time.sleep(0.05)
    return server


def _fill_in(word: str, replacements: Mapping[str, str]) -> str:
    for name, value in replacements.items():
        word = word.replace("{" + name + "}", value)
    return word


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def triton(executable: Path, libraries: Path, backends: Path, repository: Path, shared_memory_prefix: str) -> Launch:
    """The real Triton with its Python backend."""
    command = [
        str(executable),
        f"--model-repository={repository}",
        f"--backend-directory={backends}",
        f"--backend-config=python,shm-region-prefix-name={shared_memory_prefix}",
        f"--http-address={HOST}",
        f"--grpc-address={HOST}",
        "--http-port={http_port}",
        "--grpc-port={grpc_port}",
        "--allow-metrics=false",
        "--exit-timeout-secs=5",
    ]
    return Launch("triton", command, {"LD_LIBRARY_PATH": str(libraries)})


def nereid(name: str, executable: Path, repository: Path, flags: Sequence[str]) -> Launch:
    if not executable.exists():
        raise ComparisonError(f"{executable} is missing; run: swift build -c release --product nereid")
    command = [str(executable), "serve", f"--model-repository={repository}"]
    command += [f"--http-address={HOST}", "--http-port={http_port}", *flags]
    command += [f"--grpc-address={HOST}", "--grpc-port={grpc_port}", "--allow-metrics=false"]
    return Launch(name, command)
