"""A start with many models, some of them broken: what the terminal shows, and how long it takes."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path
from threading import Thread

from model_files import ADD_CONFIG, Add, identity_config, write_model
from nereid_server import EXECUTABLE, NereidServer

WIDTH = 120
# Model -> what the table says of it, once its lines are joined.
BROKEN = {
    "bad_field": r'Not loaded: .*/bad_field/config\.pbtxt config\.pbtxt:2:1: error: unknown field "max_batchsize"',
    "bad_type": r"Not loaded: .*/bad_type/config\.pbtxt config\.pbtxt:3:[0-9]+: error: .*TYPE_FP33",
    "bad_file": r"UNAVAILABLE: Internal: failed to load model 'bad_file': .*is not a TorchScript archive",
    "bad_backend": r"UNAVAILABLE: .*unable to find backend library for backend 'nosuch'.*-> set 'backend'",
    "bad_ensemble": r"Not loaded: ensemble bad_ensemble contains models that are not available or ambiguous: nosuch",
}


def write_models(repository: Path) -> set[str]:
    """45 models that load, of which 10 are TorchScript, and 5 that do not. Returns the names of those that load."""
    for number in range(35):
        write_model(repository, f"identity_{number:02}", identity_config("FP32", "4"))
    for number in range(10):
        write_model(repository, f"module_{number:02}", ADD_CONFIG, Add(float(number)))
    good = {path.name for path in repository.iterdir()}
    write_model(repository, "bad_field", ADD_CONFIG.replace("max_batch_size", "max_batchsize"), Add(1.0))
    write_model(repository, "bad_type", ADD_CONFIG.replace("TYPE_FP32", "TYPE_FP33"), Add(1.0))
    (write_model(repository, "bad_file", ADD_CONFIG) / "model.pt").write_bytes(bytes(range(256)) * 40)
    write_model(repository, "bad_backend", identity_config("FP32", "4").replace('"identity"', '"nosuch"'))
    step = 'step { model_name: "nosuch" model_version: -1 input_map { key: "X" value: "X" } output_map { key: "Y" value: "Y" } }'
    tensors = ADD_CONFIG.replace('backend: "pytorch"', 'platform: "ensemble"')
    write_model(repository, "bad_ensemble", f"{tensors}\nensemble_scheduling {{ {step} }}")
    return good


class Terminal:
    """Runs the server on a terminal of its own, and keeps what it shows in the server's log."""

    def __init__(self, server: NereidServer, *flags: str):
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
        command = [str(EXECUTABLE), "serve", f"--model-repository={server.repository}", "--http-address=127.0.0.1"]
        command += ["--http-port=0", "--grpc-address=127.0.0.1", "--grpc-port=0", *flags]
        server.log_path.touch()
        server.adopt(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, close_fds=True)
        )
        os.close(follower)
        self._copier = Thread(target=self._copy, args=(server.log_path,))
        self._copier.start()

    def _copy(self, path: Path) -> None:
        with path.open("wb", buffering=0) as log:
            while True:
                try:
                    data = os.read(self._leader, 65536)
                except OSError:  # nobody has the other side open any more
                    return
                if not data:
                    return
                log.write(data)

    def close(self) -> None:
        self._copier.join()
        os.close(self._leader)


def read_table(text: str) -> dict[str, str]:
    """Model -> its status, of the table of three columns; lines of a cell are joined by a space."""
    rows: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 3 or cells[0] == "Model":
            continue
        name = cells[0] or name
        rows[name] = f"{rows[name]} {cells[2]}" if name in rows else cells[2]
    return rows


def test_fifty_models_of_which_five_are_broken(repository: Path, tmp_path: Path) -> None:
    good = write_models(repository)
    server = NereidServer(repository, tmp_path / "server.log")
    terminal = Terminal(server, "--exit-on-error=false", "--strict-readiness=false")
    try:
        with server:
            seconds = float(server.wait_for_log(r"ready in ([0-9.]+) s")[1])
            log = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", server.log).replace("\r", "")
            rows = read_table(log)
            print(f"\n50 models, 5 of them broken: ready in {seconds} s")
            assert {name for name, text in rows.items() if text == "READY"} == good
            assert set(rows) - good == set(BROKEN)
            for name, cause in BROKEN.items():
                # A word that is wider than its column goes on in the next line.
                assert re.search(cause.replace(" ", ""), rows[name].replace(" ", "")), rows[name]
            assert "45 models, 5 failed" in log
            assert max(map(len, (line for line in log.splitlines() if line.startswith(("|", "+"))))) <= WIDTH
            index = {item["name"]: item for item in server.client().get_model_repository_index()}
            assert {name for name, item in index.items() if item.get("state") == "READY"} == good
            assert all(index[name]["state"] == "UNAVAILABLE" and index[name]["reason"] for name in BROKEN)
            assert seconds < 60, "45 small models"
    finally:
        server.kill()
        terminal.close()


def test_broken_models_end_the_start_by_default_and_are_all_told(repository: Path, tmp_path: Path) -> None:
    write_models(repository)
    command = [str(EXECUTABLE), "serve", f"--model-repository={repository}", "--http-port=0", "--grpc-port=0"]
    command += ["--http-address=127.0.0.1", "--grpc-address=127.0.0.1"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert process.returncode == 1
    assert set(read_table(process.stdout + process.stderr)) >= set(BROKEN)
    assert "5 models could not be loaded" in process.stdout + process.stderr
