"""DNS data of one case: `text()` is what `waarmerk check --dns` reads, `answer()` the same data for
peers that want a function. Both have the same idea of what exists, of wildcards and of aliases."""

from dataclasses import dataclass, field

_MAX_ALIASES = 10
_MAX_NAME = 253


class DnsError(Exception):
    """There is no answer: the server failed, or it did not answer in time."""


@dataclass
class Zone:
    """Records by owner and type. TXT values are octets, MX values "preference name"; all other
    values are text. A type with a word, such as "!SERVFAIL", has nothing else."""

    records: dict[str, dict[str, list]] = field(default_factory=dict)

    def add(self, owner: str, kind: str, value: str | bytes) -> None:
        self.records.setdefault(owner.lower(), {}).setdefault(kind, []).append(value)

    def fail(self, owner: str, kind: str, word: str) -> None:
        """From now on a question for that owner and type ends in an error."""
        self.records.setdefault(owner.lower(), {})[kind] = [word]

    def text(self) -> str:
        """The zone file."""
        return "".join(
            f"{owner} {kind} {_escaped(value) if isinstance(value, bytes) else value}\n"
            for owner, kinds in self.records.items()
            for kind, values in kinds.items()
            for value in values)

    def answer(self, name: str, kind: str) -> list:
        """The values; none if there are none, whatever the reason. May raise DnsError."""
        name = name.lower().removesuffix(".")
        for _ in range(_MAX_ALIASES + 1):
            if len(name) > _MAX_NAME:
                return []
            kinds = self._kinds_of(name)
            values = kinds.get(kind, [])
            if values and str(values[0]).startswith("!"):
                raise DnsError(f"{kind} of {name}: {values[0][1:]}")
            if values or "CNAME" not in kinds:
                return values
            name = kinds["CNAME"][0]
        raise DnsError(f"too many aliases for {kind} of {name}")

    def _kinds_of(self, name: str) -> dict[str, list]:
        """The records of a name, or of the wildcard that stands for it. RFC 4592"""
        if name in self.records or self._is_above_another(name):
            return self.records.get(name, {})
        labels = name.split(".")
        for count in range(1, len(labels)):
            encloser = ".".join(labels[count:])
            if encloser in self.records or self._is_above_another(encloser):
                return self.records.get("*." + encloser, {})
        return {}

    def _is_above_another(self, name: str) -> bool:
        return any(owner.endswith("." + name) for owner in self.records)


def _escaped(octets: bytes) -> str:
    """Octets as the zone file writes them: printable ones as they are, but for what it reads
    otherwise."""
    out = []
    for place, octet in enumerate(octets):
        at_end = place in (0, len(octets) - 1)
        if octet == ord("\\"):
            out.append("\\\\")
        elif not 32 <= octet < 127 or (octet == 32 and at_end) or (octet == 33 and place == 0):
            out.append(f"\\{octet:03}")
        else:
            out.append(chr(octet))
    return "".join(out)
