#!/usr/bin/env python3
"""Sends the eleven clips in random order from several clients at once; every answer must equal the single client's.

  load.py                         200 requests from 4 clients to `speech` at 127.0.0.1:8000
  load.py --model speech_accurate --requests 44

Exit status 1 when an answer differs or a request fails.
"""

import argparse
import random
import sys
import threading
import time
from pathlib import Path

from clips import Clip, read_clips
from recognizer import Recognizer


def run_client(url: str, model: str, clips: list[Clip], expected: dict[str, str], problems: list[str]) -> None:
    """Sends `clips` one after the other and notes every answer that differs from `expected`."""
    recognizer = Recognizer(url, model)
    for clip in clips:
        try:
            text = recognizer.recognize(clip.samples)
        except Exception as error:
            problems.append(f"{clip.name}: {error}")
            continue
        if text != expected[clip.name]:
            problems.append(f"{clip.name}: got {text!r}, alone {expected[clip.name]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="127.0.0.1:8000", help="host:port of the server (default: %(default)s)")
    parser.add_argument("--model", default="speech", help="the model to ask (default: %(default)s)")
    parser.add_argument("--audio", type=Path, default=Path(__file__).resolve().parent / "audio", help="folder of the clips")
    parser.add_argument("--clients", type=int, default=4, help="clients at once (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=200, help="requests in all (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random order (default: %(default)s)")
    options = parser.parse_args()

    clips = read_clips(options.audio)
    alone = Recognizer(options.url, options.model)
    expected = {clip.name: alone.recognize(clip.samples) for clip in clips}

    order = random.Random(options.seed)
    sequence: list[Clip] = []
    while len(sequence) < options.requests:
        sequence += order.sample(clips, len(clips))
    sequence = sequence[: options.requests]
    problems: list[str] = []
    clients = [
        threading.Thread(target=run_client, args=(options.url, options.model, sequence[first :: options.clients], expected, problems))
        for first in range(options.clients)
    ]
    started = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.monotonic() - started
    print(
        f"{options.model}: {options.requests} requests from {options.clients} clients in {took:.1f} s "
        f"({options.requests / took:.1f} a second), {len(problems)} unlike the single client's answer"
    )
    if problems:
        sys.exit("\n".join(problems[:20]))


if __name__ == "__main__":
    main()
