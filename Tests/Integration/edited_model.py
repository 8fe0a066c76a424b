"""A model directory that is edited in the ways in which people and tools edit them, while a server polls it."""

import io
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn


class Constant(nn.Module):
    """Answers with a number that lies in the file, followed by 0; the padding makes half of the file useless."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("number", torch.zeros(1))
        self.register_buffer("padding", torch.zeros(20_000))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.number, x[:1] * 0 - 1 + self.padding[:1]])


_module = torch.jit.script(Constant().eval())


def _file(number: int) -> bytes:
    """A TorchScript file that answers with the number."""
    content = io.BytesIO()
    with torch.no_grad():
        _module.number.fill_(float(number))
    torch.jit.save(_module, content)
    return content.getvalue()


class EditedModel:
    """One model. All its files belong to one generation: version v answers `generation * 10 + v`, labelled "generation".

    An answer whose number and label differ is made of files of two generations.
    """

    def __init__(self, repository: Path, name: str, chance: random.Random, settle: float):
        self.name = name
        self.folder = repository / name
        self.aside = repository.parent / f"{name}.aside"
        self.chance = chance
        self.settle = settle
        self.generation = 0
        self.versions = [1]
        self.policy = "latest { num_versions: 1 }"
        self.instances = 1
        self.is_broken = False
        # Generations whose files were all there; pairs of generations that lay there together for long.
        self.complete: set[int] = set()
        self.mixtures: set[tuple[int, int]] = set()
        # Times during which the whole directory was away for long.
        self.absences: list[tuple[float, float]] = []
        # Edits in the middle of which files may have been quiet for long enough to be taken, which the above allows for.
        self.stalls = 0
        self._write(self.folder, Path.write_bytes)
        self.complete.add(0)

    def accepts(self, number: int, label: int, version: int) -> bool:
        """Whether the answer is that of one complete generation."""
        generation, answered = divmod(number, 10)
        if answered != version:
            return False
        return (generation == label and generation in self.complete) or (generation, label) in self.mixtures

    def was_away(self, moment: float) -> bool:
        return any(start <= moment <= end + 5 for start, end in self.absences)

    def edit(self) -> str:
        """Makes a random edit and returns its name. A broken model is mended by the next edit but one, or sooner."""
        if self.is_broken and self.chance.random() < 0.5:
            return self.mend()
        edits = [
            self.copy, self.copy_slowly, self.rsync, self.move, self.touch, self.change_mode, self.truncate,
            self.break_configuration, self.add_version, self.delete_version, self.change_policy, self.change_instances,
        ]
        edit = self.chance.choice(edits)
        edit()
        return edit.__name__

    def mend(self) -> str:
        """A new generation, complete."""
        self.copy()
        return "mend"

    # Ways to bring a new generation.

    def copy(self) -> None:
        self._replace(Path.write_bytes)

    def copy_slowly(self) -> None:
        def write(path: Path, content: bytes) -> None:
            with path.open("wb") as file:
                for start in range(0, len(content), len(content) // 4 + 1):
                    file.write(content[start : start + len(content) // 4 + 1])
                    file.flush()
                    time.sleep(0.01)

        self._replace(write)

    def rsync(self) -> None:
        """As rsync -t does: a hidden file beside, with an old time stamp, takes the place of the old one."""

        def write(path: Path, content: bytes) -> None:
            partial = path.with_name(f".{path.name}.{self.chance.randrange(10**6)}")
            partial.write_bytes(content)
            os.utime(partial, (1_600_000_000, 1_600_000_000))
            partial.rename(path)

        self._replace(write)

    def move(self) -> None:
        """The old directory is moved away, and a new one into its place."""
        self.generation += 1
        new = self.aside.with_suffix(".new")
        self._write(new, Path.write_bytes)
        self.complete.add(self.generation)
        start = time.monotonic()
        self.folder.rename(self.aside)
        new.rename(self.folder)
        end = time.monotonic()
        if end - start > self.settle / 2:
            self.absences.append((start, end))
            self.stalls += 1
        shutil.rmtree(self.aside)
        self.is_broken = False

    # Edits that change nothing, or that must not be taken.

    def touch(self) -> None:
        os.utime(self.folder / str(self.versions[-1]) / "model.pt")

    def change_mode(self) -> None:
        (self.folder / "labels.txt").chmod(self.chance.choice([0o600, 0o644]))

    def truncate(self) -> None:
        path = self.folder / str(self.versions[-1]) / "model.pt"
        os.truncate(path, path.stat().st_size // 2)
        self.is_broken = True

    def break_configuration(self) -> None:
        (self.folder / "config.pbtxt").write_text("max_batch_size: lots {")
        self.is_broken = True

    # Edits of what is served, and how.

    def add_version(self) -> None:
        if self.is_broken or len(self.versions) == 4 or self.versions[-1] == 9:
            return
        self.versions.append(self.versions[-1] + 1)
        folder = self.folder / str(self.versions[-1])
        folder.mkdir()
        (folder / "model.pt").write_bytes(_file(self.generation * 10 + self.versions[-1]))

    def delete_version(self) -> None:
        if len(self.versions) > 1:
            shutil.rmtree(self.folder / str(self.versions.pop(self.chance.randrange(len(self.versions)))))

    def change_policy(self) -> None:
        self.policy = self.chance.choice(["latest { num_versions: 1 }", "latest { num_versions: 2 }", "all {}"])
        self._write_configuration(self.folder)

    def change_instances(self) -> None:
        self.instances = self.chance.randint(1, 4)
        self._write_configuration(self.folder)

    # Files.

    def _replace(self, write: Callable[[Path, bytes], object]) -> None:
        old = self.generation
        self.generation += 1
        start = time.monotonic()
        self._write(self.folder, write)
        if time.monotonic() - start > self.settle / 2:
            # The machine stood still: the server may have seen the files of two generations as quiet.
            self.mixtures |= {(self.generation, old), (old, self.generation)}
            self.stalls += 1
        self.complete.add(self.generation)
        self.is_broken = False

    def _write(self, folder: Path, write: Callable[[Path, bytes], object]) -> None:
        for version in self.versions:
            (folder / str(version)).mkdir(parents=True, exist_ok=True)
            write(folder / str(version) / "model.pt", _file(self.generation * 10 + version))
        write(folder / "labels.txt", f"{self.generation}\n".encode())
        self._write_configuration(folder)

    def _write_configuration(self, folder: Path) -> None:
        # Broken files stay broken; the configuration is whole again.
        (folder / "config.pbtxt").write_text(
            f"""
            backend: "pytorch"
            input {{ name: "X" data_type: TYPE_FP32 dims: -1 }}
            output {{ name: "Y" data_type: TYPE_FP32 dims: 2 label_filename: "labels.txt" }}
            version_policy {{ {self.policy} }}
            instance_group {{ count: {self.instances} kind: KIND_CPU }}
            """
        )
