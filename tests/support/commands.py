"""Run the command line as a person does, in a process of its own, without waiting for its imports each time.

The process is forked from one that has imported the command line, and Haystack without torch, once. A test of how a process
starts, or of a pipeline that needs torch, takes :func:`subprocess.run` instead.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from unittest import mock

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(["commands_imported"])


class Command:
    """A command that runs.

    :param code: a program to run instead of the command line, as ``python -c`` would.
    :param environment: variables beside those of this process; None takes a variable away.
    """

    def __init__(self, *arguments, code="from needlepoint.cli.app import main; main()", **environment):
        self.arguments = list(map(str, arguments))
        self._folder = tempfile.TemporaryDirectory(prefix="command-")
        variables = {name: value for name, value in (os.environ | environment).items() if value is not None}
        self._process = _forked.Process(
            target=_run, args=(code, self.arguments, variables, Path.cwd(), Path(self._folder.name)), daemon=True
        )
        with mock.patch.dict(
            os.environ, PYTHONPATH=os.pathsep.join(sys.path)
        ):  # the server is told of it in no other way
            multiprocessing.forkserver.ensure_running()
        main = sys.modules["__main__"]  # the new process runs its file; after a test of the page it is ui/app.py
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            self._process.start()
        finally:
            sys.modules["__main__"] = main

    @property
    def stdout(self):
        """What it has printed so far."""
        return self._read("stdout")

    @property
    def stderr(self):
        """What it has said of errors so far."""
        return self._read("stderr")

    @property
    def has_ended(self):
        return self._process.exitcode is not None

    def kill(self):
        """End it at once, as a power failure would."""
        self._process.kill()
        self._process.join()

    def finish(self, timeout_s=600):
        """Wait until it has ended, and return what :func:`subprocess.run` would.

        :raises TimeoutExpired: it runs longer.
        """
        self._process.join(timeout_s)
        code = self._process.exitcode
        if code is None:
            self.kill()
            raise subprocess.TimeoutExpired(self.arguments, timeout_s, self.stdout, self.stderr)
        done = subprocess.CompletedProcess(self.arguments, code, self.stdout, self.stderr)
        self._folder.cleanup()
        return done

    def _read(self, stream):
        path = Path(self._folder.name, stream)
        return path.read_bytes().decode() if path.exists() else ""


def run_command(*arguments, **options):
    """Run ``needlepoint`` (or other code) with arguments to its end: exit code, standard output and standard error."""
    return Command(*arguments, **options).finish()


def _run(code, arguments, environment, cwd, folder):
    assert "commands_imported" in sys.modules, "the server imported nothing"
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for stream in (sys.stdout, sys.stderr):
        name = stream.name.strip("<>")
        with (folder / name).open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["needlepoint", *arguments]
    exec(code, {"__name__": "__main__"})
