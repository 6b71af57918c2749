"""Asking pyspf and dkimpy. Both take a function in place of the DNS; their clock stands still."""

from types import SimpleNamespace

import dkim
import spf

from comparison.verdicts import NOW, Verdict
from comparison.zone import DnsError, Zone

# Each module calls time.time() by this name.
_CLOCK = SimpleNamespace(time=lambda: float(NOW))
# Which of several key records dkimpy gets to see; it wants one.
KEY_RECORD_SHOWN = 0
_NO_EXPLANATION = spf.EXPLANATIONS["fail"]


class Pyspf:
    """pyspf in its strict mode, the one that follows RFC 7208."""

    def __init__(self, zone: Zone, receiver: str):
        self._zone = zone
        self._receiver = receiver
        self.asked: set[str] = set()

    def check(self, ip: str, mail_from: str, helo: str) -> tuple[Verdict, str]:
        """The verdict, and the explanation of the domain if it gave one. The null sender, "",
        stands for postmaster at the HELO name."""
        spf.DNSLookup = self._lookup
        spf.time = _CLOCK
        try:
            query = spf.query(i=ip, s=mail_from, h=helo, receiver=self._receiver, strict=True)
            result, _, text = query.check()
        except Exception as error:  # Whatever it is, it is not an answer of pyspf.
            return Verdict("crash", f"{type(error).__name__}: {error}"), ""
        explanation = text if result == "fail" and text != _NO_EXPLANATION else ""
        reason = text if result.endswith("error") else f"matched {query.mechanism}"
        return Verdict(result, reason), explanation

    def _lookup(self, name: str, kind: str, strict: bool, timeout: float) -> list:
        del strict, timeout
        self.asked.add(name.lower())
        try:
            values = self._zone.answer(name, kind)
        except DnsError as error:
            raise spf.TempError(f"DNS {error}") from error
        return [((name, kind), _pyspf_value(kind, value)) for value in values]


def _pyspf_value(kind: str, value):
    if kind == "TXT":
        return [value]
    if kind == "MX":
        preference, host = value.split(" ")
        return int(preference), host
    return value


def dkimpy_verdicts(zone: Zone, message: bytes, count: int) -> list[Verdict]:
    """What dkimpy finds of the first `count` signatures, from the top."""
    dkim.time = _CLOCK

    def txt(name: bytes, timeout: float = 0) -> bytes | None:
        del timeout
        try:
            values = zone.answer(name.decode("latin-1"), "TXT")
        except DnsError as error:
            raise dkim.DnsTimeoutError(str(error)) from error
        return values[KEY_RECORD_SHOWN] if values else None

    return [_dkimpy_verdict(message, index, txt) for index in range(count)]


def _dkimpy_verdict(message: bytes, index: int, txt) -> Verdict:
    words = _Words()
    try:
        verified = dkim.DKIM(message, logger=words).verify(index, dnsfunc=txt)
    except dkim.DKIMException as error:
        return Verdict("not pass", str(error))
    except Exception as error:  # A fault of dkimpy's own; it did not say "pass".
        return Verdict("not pass", f"crash {type(error).__name__}: {error}")
    if verified:
        return Verdict("pass")
    return Verdict("not pass", words.last or "the signature does not verify")


class _Words:
    """The logger that dkimpy tells why a key was no use."""

    def __init__(self):
        self.last = ""

    def error(self, text: str) -> None:
        self.last = text

    def debug(self, text: str) -> None:
        pass

    def isEnabledFor(self, level: int) -> bool:  # pylint: disable=invalid-name
        return False
