"""Asking `waarmerk check`, one process for each case."""

import json
import shutil
import subprocess
from pathlib import Path

from comparison import verdicts
from comparison.zone import Zone


class Waarmerk:
    """The program of one build. What it reads is written to `folder`, and stays there."""

    def __init__(self, program: Path, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._program = program
        self._folder = folder
        self._zone = folder / "zone"
        self._message = folder / "message.eml"

    def check(self, zone: Zone, message: bytes, *options: str) -> dict:
        """The line of the log; ends with CalledProcessError where there is none."""
        self._zone.write_text(zone.text(), encoding="ascii")
        self._message.write_bytes(message)
        checked = subprocess.run(
            [self._program, "check", "--json", "--dns", self._zone, "--time", str(verdicts.NOW),
             *options, self._message], check=True, capture_output=True)
        return json.loads(checked.stdout)

    def keep(self, folder: Path) -> Path:
        """Copies what was read last to where it outlives the next case."""
        return Path(shutil.copytree(self._folder, folder, dirs_exist_ok=True))
