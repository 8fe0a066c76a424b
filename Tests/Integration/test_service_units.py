"""The units in Examples/systemd say what systemd understands and the server has."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from nereid_server import EXECUTABLE, ROOT

UNITS = sorted((ROOT / "Examples" / "systemd").glob("nereid*.s*"))
VERIFY = shutil.which("systemd-analyze")


class Unit(configparser.RawConfigParser):
    def __init__(self, path: Path):
        super().__init__(strict=True, interpolation=None)
        self.optionxform = str  # type: ignore[method-assign,assignment]
        self.read_string(path.read_text())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_fit_the_server_and_each_other(path: Path) -> None:
    unit = Unit(path)
    if path.suffix == ".socket":
        assert unit["Socket"]["FileDescriptorName"] in ("http", "grpc")
        assert (path.parent / unit["Socket"]["Service"]).exists()
        return
    service = unit["Service"]
    assert service["Type"] == "notify"
    for socket in service["Sockets"].split():
        assert (path.parent / socket).exists()
        assert socket in unit["Unit"]["Requires"].split()
    program, command, *flags = service["ExecStart"].split()
    assert (Path(program).name, command) == ("nereid", "serve")
    known = subprocess.run([EXECUTABLE, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    for flag in flags:
        assert re.search(rf"{flag.split('=')[0]}\b", known), f"{flag} is no flag of nereid serve"


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        text = path.read_text().replace("/usr/local/bin/nereid", str(EXECUTABLE.resolve()))
        (tmp_path / path.name).write_text(text.replace("User=nereid\n", ""))
    assert VERIFY is not None
    names = [path.name.replace("@", "@blue") for path in UNITS]
    result = subprocess.run(
        [VERIFY, "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    assert result.returncode == 0, result.stderr
    assert str(tmp_path) not in result.stderr, result.stderr
