#!/usr/bin/env python3
"""Prints the word error rate of a served speech model over the eleven clips.

  score.py                                                  model `speech` at 127.0.0.1:8000
  score.py --model speech_accurate --most-errors 5          exit status 1 above 5 percent
"""

import argparse
import re
import sys
import time
from pathlib import Path

from clips import SAMPLE_RATE, read_clips
from recognizer import Recognizer

_NUMBERS = dict(zip("0 1 2 3 4 5 6 7 8 9 10".split(), "zero one two three four five six seven eight nine ten".split()))
_SPELLED_OUT = _NUMBERS | {"mr": "mister"}


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation, numbers up to ten and titles spelled out."""
    letters = re.sub(r"[^a-z0-9' ]", " ", text.lower())
    return [_SPELLED_OUT.get(word, word) for word in letters.split()]


def word_errors(expected: list[str], got: list[str]) -> int:
    """The fewest insertions, deletions and replacements that make `got` of `expected`."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(expected, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="127.0.0.1:8000", help="host:port of the server (default: %(default)s)")
    parser.add_argument("--model", default="speech", help="the model to score (default: %(default)s)")
    parser.add_argument("--audio", type=Path, default=Path(__file__).resolve().parent / "audio", help="folder of the clips")
    parser.add_argument("--most-errors", type=float, help="fail above this word error rate, in percent")
    options = parser.parse_args()

    recognizer = Recognizer(options.url, options.model)
    errors = total = 0
    seconds = 0.0
    started = time.monotonic()
    for clip in read_clips(options.audio):
        text = recognizer.recognize(clip.samples)
        expected = words(clip.transcript)
        wrong = word_errors(expected, words(text))
        errors, total, seconds = errors + wrong, total + len(expected), seconds + len(clip.samples) / SAMPLE_RATE
        print(f"{clip.name:14} {wrong:2} of {len(expected):2} words wrong | {text}")
    rate = 100 * errors / total
    took = time.monotonic() - started
    print(f"{options.model}: word error rate {rate:.1f} % ({errors} of {total} words), {seconds:.0f} s of speech in {took:.1f} s")
    if options.most_errors is not None and rate > options.most_errors:
        sys.exit(f"above the limit of {options.most_errors} %")


if __name__ == "__main__":
    main()
