"""What became of a message: the line in the aggregate log, and where its copy is."""

import email.policy
import json
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from lab.children import LabError, wait_until
from lab.place import HOSTNAME, Place
from lab.scenarios import ANY, Scenario, Where
from lab.smtp import Reply


# What the log must say was done, by where the message ended up.
_ACTION = {Where.INBOX: "accept", Where.TAGGED: "tag", Where.HOLD: "hold", Where.REFUSED: "reject"}


class AggregateLog:
    """Reads the lines that have been added since the last time."""

    def __init__(self, directory: Path):
        self._directory = directory
        self._seen: dict[Path, int] = {}

    def new_lines(self) -> list[str]:
        """Whole lines only, oldest first."""
        lines: list[str] = []
        for file in sorted(self._directory.glob("aggregate-*.jsonl")):
            with file.open("rb") as log:
                log.seek(self._seen.get(file, 0))
                added = log.read()
            whole = added[:added.rfind(b"\n") + 1]
            self._seen[file] = self._seen.get(file, 0) + len(whole)
            lines += [line for line in whole.decode().splitlines() if line]
        return lines


@dataclass(frozen=True)
class Delivered:
    """A message in the inbox."""

    text: str
    message: EmailMessage

    @property
    def header(self) -> str:
        return self.text.replace("\r\n", "\n").partition("\n\n")[0]

    def own_results(self) -> list[str]:
        """The Authentication-Results fields with our name, however they are spelled."""
        return [str(value) for value in self.message.get_all("Authentication-Results", [])
                if HOSTNAME in str(value).lower()]

    @property
    def tagged(self) -> bool:
        return str(self.message.get("X-Waarmerk-Action", "")).startswith("quarantine")


@dataclass(frozen=True)
class Outcome:
    """All that was seen of one message."""

    scenario: Scenario
    reply: Reply
    where: Where
    lines: tuple[str, ...]
    delivered: Delivered | None

    @property
    def record(self) -> dict:
        """The log line, read; empty if there was none."""
        return json.loads(self.lines[0]) if self.lines else {}

    def result(self, *path: str) -> str:
        """The text at `path` in the record: "-" if it is null, "?" if it is missing."""
        value: object = self.record
        for key in path:
            if not isinstance(value, dict) or key not in value:
                return "-" if value is None else "?"
            value = value[key]
        return "-" if value is None else str(value)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where the two engines parted, one sentence each."""
        return tuple("{mechanism} of {subject}: native {native}, reference {reference}".format(**one)
                     for one in self.record.get("disagreements", []))

    @property
    def spf(self) -> str:
        return self.result("spf", "mailfrom", "result")

    @property
    def dkim(self) -> tuple[str, ...]:
        return tuple(str(one.get("result")) for one in self.record.get("dkim", []))

    @property
    def dmarc(self) -> str:
        return self.result("dmarc", "result")


def follow(place: Place, reply: Reply) -> tuple[Where, Delivered | None]:
    """Waits until an accepted message has arrived somewhere."""
    if reply.code >= 400:
        return Where.REFUSED, None
    found: list[tuple[Where, Delivered | None]] = []

    def arrived() -> bool:
        if any(place.queue.glob(f"hold/**/{reply.queue_id}")):
            found.append((Where.HOLD, None))
        elif (delivered := _in_inbox(place, reply.queue_id)) is not None:
            found.append((Where.TAGGED if delivered.tagged else Where.INBOX, delivered))
        return bool(found)

    try:
        wait_until(arrived, f"message {reply.queue_id} to be delivered or held")
    except LabError:
        return Where.LOST, None
    return found[0]


def _in_inbox(place: Place, queue_id: str) -> Delivered | None:
    """The delivered copy; Postfix's own Received field tells which one it is."""
    for file in place.inbox.glob("new/*"):
        text = file.read_bytes().decode("latin-1")
        if f"with ESMTP id {queue_id}\n" in text:
            return Delivered(text, email.message_from_string(text, policy=email.policy.default))
    return None


def differences(outcome: Outcome) -> list[str]:
    """What is not as the scenario expects, one sentence each; empty when all is well."""
    want = outcome.scenario.expected
    found = _log_problems(outcome)
    for what, expected, got in (
            ("spf", want.spf, outcome.spf),
            ("spf of helo", want.helo, outcome.result("spf", "helo", "result")),
            ("dkim", " ".join(want.dkim) or "unsigned", " ".join(outcome.dkim) or "unsigned"),
            ("dmarc", want.dmarc, outcome.dmarc),
            ("decision", _ACTION[want.where], outcome.result("decision", "action")),
            ("engine", "both", outcome.result("engine")),
            ("where it ended up", want.where.value, outcome.where.value)):
        if expected not in (ANY, got):
            found.append(f"{what}: expected {expected}, got {got}")
    found += [f"the engines disagree, {text}" for text in outcome.disagreements]
    if not str(outcome.reply).startswith(want.reply):
        found.append(f"Postfix's answer: expected {want.reply}, got {outcome.reply}")
    if outcome.delivered:
        found += _header_problems(outcome, outcome.delivered)
    return found


def _log_problems(outcome: Outcome) -> list[str]:
    """Whether there is exactly one line, written before the reply, about this very message."""
    if len(outcome.lines) != 1:
        return [f"aggregate log: expected 1 new line, got {len(outcome.lines)}"]
    logged = outcome.result("queue_id")
    if outcome.reply.queue_id and logged != outcome.reply.queue_id:
        return [f"queue id: Postfix says {outcome.reply.queue_id}, the log says {logged}"]
    return []


def _header_problems(outcome: Outcome, delivered: Delivered) -> list[str]:
    """Whether the delivered header says what the log says, once, and nothing of a forger's."""
    found = [f"the delivered message still contains {text}"
             for text in outcome.scenario.removed if text in delivered.text]
    results = delivered.own_results()
    if len(results) != 1:
        return found + [f"Authentication-Results of {HOSTNAME}: expected 1, got {len(results)}"]
    for method, result in (("spf", outcome.spf), ("dmarc", outcome.dmarc)):
        if f"{method}={result}" not in results[0]:
            found.append(f"Authentication-Results lacks {method}={result}: {results[0]}")
    names = [name.lower() for name in delivered.message.keys()]
    if names.index("authentication-results") > names.index("received"):
        found.append("Authentication-Results is not above Received")
    return found
