"""Fetches packages from the package index that pip is set up for, once, into a folder of archives."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

_BUILD_BACKEND = '''\
import os


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name, version = os.environ["STUB_NAME"], os.environ["STUB_VERSION"]
    folder = f"{name}-{version}.dist-info"
    os.makedirs(os.path.join(metadata_directory, folder))
    with open(os.path.join(metadata_directory, folder, "METADATA"), "w") as file:
        file.write(f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
    return folder
'''


def fetch_wheel(name: str, version: str, folder: Path) -> Path:
    """The wheel of a package with no compiled code, downloaded if `folder` lacks it."""
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    return _fetch(pattern, folder, ["--only-binary", ":all:", f"{name}=={version}"], {})


def fetch_source(name: str, version: str, folder: Path) -> Path:
    """The source archive of a package, downloaded if `folder` lacks it; nothing in the archive is run.

    pip asks a source archive's build backend for its metadata even to download it, which can build for minutes. Here it
    finds a stub in the place of the backends in question.
    """
    with tempfile.TemporaryDirectory() as stubs:
        for backend in ("setuptools/build_meta.py", "scikit_build_core/build.py"):
            module = Path(stubs) / backend
            module.parent.mkdir()
            (module.parent / "__init__.py").touch()
            module.write_text(_BUILD_BACKEND)
        arguments = ["--no-binary", ":all:", "--no-build-isolation", f"{name}=={version}"]
        environment = {"PYTHONPATH": stubs, "STUB_NAME": name, "STUB_VERSION": version}
        return _fetch(f"{name}-{version}.tar.gz", folder, arguments, environment)


def _fetch(pattern: str, folder: Path, arguments: list[str], environment: dict[str, str]) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        folder.mkdir(parents=True, exist_ok=True)
        print(f"downloading {arguments[-1]} ...", flush=True)
        # A partial download must not be taken for the archive by the next run.
        with tempfile.TemporaryDirectory(dir=folder) as partial:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", partial, *arguments]
            result = subprocess.run(command, env=os.environ | environment)
            if result.returncode != 0:
                raise SystemExit(
                    f"pip could not download {arguments[-1]} (its message is above); it is needed once, "
                    f"later runs find it in {folder}"
                )
            for file in Path(partial).glob(pattern):
                file.rename(folder / file.name)
        found = sorted(folder.glob(pattern))
    if not found:
        raise SystemExit(f"pip downloaded {arguments[-1]} but no file {pattern}")
    print(f"{found[0].name}: {found[0].stat().st_size / 1e6:.1f} MB", flush=True)
    return found[0]
