"""Processes of the laboratory: started in the foreground, waited for, never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Generous, because machines that run tests are often busy; nothing ever waits that long when well.
PATIENCE = 20.0


class LabError(Exception):
    """The laboratory itself failed: nothing is known about the program under test."""


def wait_until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Polls `condition` until it holds; raises LabError when it does not in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.01)


class Child:
    """One running program with its output in a file."""

    def __init__(self, name: str, process: subprocess.Popen, log: Path):
        self.name = name
        self.process = process
        self.log = log

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Like the function, but does not go on waiting for a program that has ended."""

        def holds() -> bool:
            if condition():
                return True
            if self.process.poll() is not None:
                raise LabError(f"{self.name} ended with status {self.process.returncode}"
                               f" before {what}:\n{self.last_words()}")
            return False

        try:
            wait_until(holds, f"{self.name}: {what}")
        except LabError as error:
            raise LabError(f"{error}\n{self.last_words()}") from None

    def last_words(self, lines: int = 15) -> str:
        """The end of its output."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:]) or "    (it printed nothing)"

    def stop(self, patience: float = 10.0) -> int:
        """Asks the program to end, insists after `patience`; returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        # Servers fork: whatever is left of its process group goes too.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return self.process.wait()


class Children:
    """All programs that one run has started. As a context manager it stops them, last one first."""

    def __init__(self, logs: Path):
        self._logs = logs
        self._running: list[Child] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        while self._running:
            self._running.pop().stop()

    def start(self, name: str, command: Sequence[object], *, env: Mapping[str, str] | None = None,
              user: str | None = None, groups: Sequence[str] | None = None) -> Child:
        """Starts `command` as leader of its own process group, with stdout and stderr in a file.

        `groups` are the user's, the primary one first.
        """
        # Without a namespace this is all that ends them if we are killed.
        command = ("setpriv", "--pdeathsig", "TERM", *command)
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(word) for word in command], env=env, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/",
                user=user, group=groups[0] if groups else None,
                extra_groups=list(groups[1:]) if groups else None)
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def stop(self, child: Child) -> int:
        """Stops one of them before the others."""
        self._running.remove(child)
        return child.stop()
