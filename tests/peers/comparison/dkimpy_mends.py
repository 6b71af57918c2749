"""What dkimpy does otherwise than we, mended. The table in differences.py says why."""

import quopri
import re
from collections.abc import Callable

import dkim
import dkim.canonicalization

from comparison import peers
from comparison.mends import all_of, replaced, wrapped

# ---- The message --------------------------------------------------------------------------------


def _parse(message: bytes) -> tuple[list, bytes]:
    """Only CRLF ends a line."""
    header, _, body = message.partition(b"\r\n\r\n")
    fields = re.findall(rb"(?s)([^:]+):(.*?(?:\r\n|\Z))(?![ \t])", header + b"\r\n")
    return [list(field) for field in fields], body


lines_end_in_crlf = replaced(dkim, "rfc822_parse", _parse)
# Right for relaxed only; with simple such a change breaks the signature for us as well.
no_space_before_colon = wrapped(
    dkim.DomainSigner, "set_message",
    lambda original, signer, message: original(
        signer, re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", message)))

# The last line is a line, though no CRLF ends it.
last_line = replaced(dkim.canonicalization, "strip_trailing_whitespace",
                     lambda body: re.sub(rb"[\t ]+(\r\n|\Z)", rb"\1", body))

# ---- What is signed -----------------------------------------------------------------------------

# All between "b=" and the next ";" goes, white space included, also where b= is the first tag.
whole_b = replaced(dkim, "RE_BTAG", re.compile(rb"((?:^|;)\s*b\s*=)[^;]*"))


class _EndsInCrlf(bytes):
    """The value of a field; stripping it takes away what ends the line and nothing else."""

    def rstrip(self, *characters) -> bytes:
        del characters
        return self.removesuffix(b"\r\n")


white_space_of_own_field = replaced(
    dkim.canonicalization.Simple, "canonicalize_headers", staticmethod(
        lambda headers: [(name, _EndsInCrlf(value)) for name, value in headers]))


def _hash_headers(original: Callable, hasher, policy, headers, names, own, tags) -> list:
    """The own field is not among those that h= can name."""
    own_canonical, = policy.canonicalize_headers([own])
    others = [one for one in headers if list(one) != list(own_canonical)]
    return original(hasher, policy, others, names, own, tags)


others_only = wrapped(dkim, "hash_headers", _hash_headers)

# dkimpy adds one "from" to the names before it selects.
from_as_often_as_signed = wrapped(
    dkim, "select_headers",
    lambda original, headers, names: original(headers, names[:-1] if b"from" in names else names))

# ---- Tags ---------------------------------------------------------------------------------------


def _with_one_method(original: Callable, tags: dict, *further, **named) -> None:
    methods = [one.strip().lower() for one in tags.get(b"q", b"").split(b":")]
    original(tags | {b"q": b"dns/txt"} if b"dns/txt" in methods else tags, *further, **named)


def _with_decoded_identity(original: Callable, tags: dict, *further, **named) -> None:
    decoded = {b"i": quopri.decodestring(tags[b"i"])} if b"i" in tags else {}
    original(tags | decoded, *further, **named)


def _with_small_values(original: Callable, tags: dict, *further, **named) -> None:
    for name in {b"a", b"c"} & tags.keys():
        tags[name] = tags[name].lower()
    original(tags, *further, **named)


list_of_methods = wrapped(dkim, "validate_signature_fields", _with_one_method)
decoded_identity = wrapped(dkim, "validate_signature_fields", _with_decoded_identity)

# ---- The key record -----------------------------------------------------------------------------


def _with_small_kind(original: Callable, name: bytes, record: bytes | None) -> tuple:
    return original(name, re.sub(rb"\bk\s*=\s*\w+", lambda kind: kind[0].lower(), record or b""))


def _with_one_service(original: Callable, name: bytes, record: bytes | None) -> tuple:
    listed = re.search(rb"(?:^|;)\s*s\s*=([^;]*)", record or b"")
    types = [one.strip().lower() for one in listed[1].split(b":")] if listed else []
    if b"email" in types or b"*" in types:
        record = record[:listed.start(1)] + b"email" + record[listed.end(1):]
    return original(name, record)


values_in_any_case = all_of(wrapped(dkim, "validate_signature_fields", _with_small_values),
                            wrapped(dkim, "evaluate_pk", _with_small_kind))
list_of_services = wrapped(dkim, "evaluate_pk", _with_one_service)


def _with_padding(original: Callable, name: bytes, record: bytes | None) -> tuple:
    def pad(key: re.Match) -> bytes:
        return key[0].rstrip() + b"=" * (-len(re.sub(rb"\s", b"", key[1])) % 4)

    return original(name, re.sub(rb"\bp\s*=([^;]*)", pad, record or b""))


padding_added = wrapped(dkim, "evaluate_pk", _with_padding)

# The record that dkimpy did not look at; there are two at most.
other_key_record = replaced(peers, "KEY_RECORD_SHOWN", -1)
