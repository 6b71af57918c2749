"""What was found, in words that can be compared."""

from dataclasses import dataclass

# When every message arrives: a signature's dates mean the same in each run.
NOW = 1_760_000_000


@dataclass(frozen=True)
class Verdict:
    """A result, and why. Only results are compared; the reason tells differences apart."""

    result: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.result}: {self.reason}" if self.reason else self.result


@dataclass(frozen=True)
class Compared:
    """One thing that both sides have looked at."""

    # "spf mail-from", "spf helo", "spf explanation", "spf names", "dkim"
    what: str
    ours: Verdict
    theirs: Verdict

    @property
    def agrees(self) -> bool:
        """In DKIM only a pass is compared: how a signature fails is told in different words."""
        if self.what.startswith("dkim"):
            return (self.ours.result == "pass") == (self.theirs.result == "pass")
        return self.ours.result == self.theirs.result
