"""What pyspf does otherwise than we, mended. The table in differences.py says why."""

import re
from collections.abc import Callable, Iterator

import spf

from comparison.mends import all_of, replaced, wrapped

# Where it is the limit that we differ in, nothing else may be hidden behind it.
no_void_limit = replaced(spf, "MAX_VOID_LOOKUPS", 1_000)


def _dns(original: Callable, query, name: str, kind: str, *further, **named) -> list:
    """A name that no DNS can hold is looked up in vain."""
    if all(0 < len(label) < 64 for label in name.removesuffix(".").split(".")):
        return original(query, name, kind, *further, **named)
    query.void_lookups += 1
    if query.void_lookups > spf.MAX_VOID_LOOKUPS:
        raise spf.PermError("Void lookup limit exceeded by names that cannot be")
    return []


impossible_names = wrapped(spf.query, "dns", _dns)


class _NeverTheSame(str):
    """A domain name that is not found to be that of the record it stands in."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return False


includes_itself = wrapped(
    spf.query, "expand_domain",
    lambda original, query, text: _NeverTheSame(original(query, text)))


def _validated_ptrs(query) -> list[str]:
    """A DNS error means one name less, or none."""

    def confirms(name: str) -> bool:
        try:
            return query.cidrmatch(query.dns_a(name, query.A), query.cidrmax)
        except spf.TempError:
            return False

    try:
        names = query.dns_ptr(query.i)
    except spf.TempError:
        return []
    return [name for name in names[:spf.MAX_PTR] if confirms(name)]


errors_of_ptr = replaced(spf.query, "validated_ptrs", _validated_ptrs)


def _dns_mx(query, name: str) -> Iterator[str]:
    """No host is asked for before its turn comes."""
    hosts = sorted(query.dns(name, "MX"))
    for _, host in hosts[:spf.MAX_MX]:
        yield from query.dns_a(host, query.A)
    if len(hosts) > spf.MAX_MX:
        raise spf.PermError("More mail hosts than the limit")


def _cidrmatch(original: Callable, query, addresses, length: int) -> bool:
    """No address is asked for after one that matches."""
    return any(original(query, [address], length) for address in addresses)


mail_hosts_in_turn = all_of(replaced(spf.query, "dns_mx", _dns_mx),
                            wrapped(spf.query, "cidrmatch", _cidrmatch))

# ---- Macros and names of modifiers --------------------------------------------------------------

any_case_r = replaced(spf, "RE_ARGS", re.compile(r"([0-9]*)([rR]?)([^0-9a-zA-Z]*)"))

# What is no macro: searched for in a whole text.
every_escape = replaced(
    spf, "RE_INVALID_MACRO", re.compile(r"^(?!(?:[^%]|%[%_-]|%\{[^}]*\})*$)", re.DOTALL))


class _AlwaysADot(dict):
    """What joins the parts of a macro, by its letter."""

    def get(self, key, default=None):
        del key, default
        return "."


joined_by_dots = replaced(spf, "JOINERS", _AlwaysADot())


def _expand(original: Callable, query, text: str, stripdot: bool = True) -> str:
    """A name that became empty is one that is not there."""
    return original(query, text, stripdot) or ("nothing.invalid" if stripdot else "")


empty_names = wrapped(spf.query, "expand", _expand)


class _SmallModifierNames:
    """Splits a term as pyspf's pattern does."""

    def __init__(self, pattern: re.Pattern):
        self._pattern = pattern

    def split(self, term: str) -> list[str]:
        before, *found = self._pattern.split(term)
        return [before, found[0].lower(), *found[1:]] if found else [before]


modifiers_in_any_case = replaced(spf, "RE_MODIFIER", _SmallModifierNames(spf.RE_MODIFIER))

# ---- What the client said -----------------------------------------------------------------------


def _split_email(sender: str, helo: str) -> tuple[str, str]:
    """The last @ is the one before the domain."""
    if not sender:
        return "postmaster", helo
    local_part, _, domain = sender.rpartition("@")
    return local_part or "postmaster", domain


last_at = replaced(spf, "split_email", _split_email)


def _with_whole_sender(original: Callable, query, i, s, h, **options) -> None:
    local_part, _, domain = s.rpartition("@")
    original(query, i, f"{local_part or 'postmaster'}@{domain}" if s else s, h, **options)


def _with_small_letters(original: Callable, query, i, s, h, **options) -> None:
    local_part, at, domain = s.rpartition("@")
    original(query, i, local_part + at + domain.lower(), h, **options)


def _without_final_dot(original: Callable, query, i, s, h, **options) -> None:
    original(query, i, s, h.removesuffix("."), **options)


whole_sender = wrapped(spf.query, "__init__", _with_whole_sender)
small_letters = wrapped(spf.query, "__init__", _with_small_letters)
no_final_dot = wrapped(spf.query, "__init__", _without_final_dot)
