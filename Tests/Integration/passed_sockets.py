"""Starts a process as a service manager does: with listening sockets, and a socket that it notifies."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from nereid_server import NereidServer, eventually

# Puts the sockets where sd_listen_fds(3) says, names this very process, and becomes the program.
_LAUNCHER = """
import os, sys
descriptors, names, command = [int(x) for x in sys.argv[1].split(",")], sys.argv[2], sys.argv[3:]
for index, descriptor in enumerate(descriptors):
    os.dup2(descriptor, 40 + index, inheritable=False)
    os.set_inheritable(descriptor, False)
for index in range(len(descriptors)):
    os.dup2(40 + index, 3 + index, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(descriptors)))
if names:
    os.environ["LISTEN_FDNAMES"] = names
os.execv(command[0], command)
"""


def listening_socket() -> socket.socket:
    """A socket on a free port, as a unit of systemd holds one."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    return listener


def start_with_sockets(
    server: NereidServer, sockets: list[socket.socket], names: str = "", environment: dict[str, str] | None = None
) -> None:
    """Starts the server with sockets, which stay open here too."""
    descriptors = [listener.fileno() for listener in sockets]
    launcher = [sys.executable, "-c", _LAUNCHER, ",".join(map(str, descriptors)), names]
    with server.log_path.open("wb") as log:
        server.adopt(
            subprocess.Popen(
                [*launcher, *server.command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                pass_fds=descriptors,
                env={**os.environ, **(environment or {})},
            )
        )


class Notifications:
    """What a server tells its service manager."""

    def __init__(self, address: str | Path):
        name = str(address)
        self.environment = {"NOTIFY_SOCKET": name}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self._socket.setblocking(False)
        self.lines: list[str] = []

    def _read(self) -> list[str]:
        while True:
            try:
                self.lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return self.lines

    def wait_for(self, line: str, timeout: float = 60) -> None:
        eventually(lambda: line in self._read(), timeout)

    def has(self, line: str) -> bool:
        return line in self._read()
