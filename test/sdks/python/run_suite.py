"""Runs the tests of one library and prints a line of JSON for each: its name, how it ended, and why."""

import importlib
import io
import json
import sys
import traceback
import unittest
from pathlib import Path


class LineResult(unittest.TestResult):
    def _say(self, test, outcome, detail=""):
        print(json.dumps({"name": name_of(test), "outcome": outcome, "detail": detail}), flush=True)

    def addSuccess(self, test):
        self._say(test, "passed")

    def addSkip(self, test, reason):
        self._say(test, "skipped", reason)

    def addError(self, test, err):
        self._say(test, "failed", "".join(traceback.format_exception(*err)))

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._say(test, "failed", f"{subtest}\n" + "".join(traceback.format_exception(*err)))

    def addExpectedFailure(self, test, err):
        self._say(test, "failed", "expected failures are not allowed")

    def addUnexpectedSuccess(self, test):
        self._say(test, "failed", "expected failures are not allowed")


def name_of(test):
    return (test.shortDescription() or str(test)).strip()


def main():
    modules = sorted(path.stem for path in Path(__file__).parent.glob(f"test_{sys.argv[1]}*.py"))
    load = unittest.defaultTestLoader.loadTestsFromModule
    suite = unittest.TestSuite(load(importlib.import_module(name)) for name in modules)
    # What libraries print must not be taken for a result.
    real, sys.stderr = sys.stderr, io.StringIO()
    try:
        suite.run(LineResult())
    finally:
        sys.stderr = real


main()
