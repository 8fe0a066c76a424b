"""Prints "PASSED FAILED" for a JUnit file:  count-tests.py FILE EXIT_STATUS_OF_THE_RUNNER

A runner that failed without a failed test in the file (it crashed, or wrote none) counts as one failure.
"""

import sys
import xml.etree.ElementTree as ElementTree


def main(path: str, status: int) -> None:
    passed = failed = 0
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        cases = []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None:
            passed += 1
    if status != 0 and failed == 0:
        failed = 1
    print(passed, failed)


main(sys.argv[1], int(sys.argv[2]))
