"""Signing a message by RFC 6376, in the plainest way. What the tags say is not looked at: a field
that no verifier may take can be signed rightly as well, so that only the rule about it decides."""

import base64
import hashlib
import re
from dataclasses import dataclass, field

from comparison.keys import EdKey, RsaKey

Field = tuple[bytes, bytes]  # name, and what stands between colon and CRLF
CRLF = b"\r\n"


@dataclass
class Message:
    """Header fields from the top, and the body."""

    fields: list[Field]
    body: bytes

    def octets(self) -> bytes:
        """As it comes over the wire."""
        header = b"".join(name + b":" + value + CRLF for name, value in self.fields)
        return header + CRLF + self.body


@dataclass
class Signing:
    """How a signature is made: with which key, what is hashed how, and the tags that say so."""

    key: RsaKey | EdKey
    header: str = "simple"
    body: str = "simple"
    names: list[bytes] = field(default_factory=list)
    length: int | None = None
    digest: str = "sha256"


def canonical_header(algorithm: str, name: bytes, value: bytes) -> bytes:
    """3.4.1, 3.4.2; without the final CRLF."""
    if algorithm == "simple":
        return name + b":" + value
    unfolded = re.sub(rb"[ \t]+", b" ", value.replace(CRLF, b""))
    return name.rstrip(b" \t").lower() + b":" + unfolded.strip(b" ")


def canonical_body(algorithm: str, body: bytes) -> bytes:
    """3.4.3, 3.4.4"""
    if algorithm == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(CRLF)]
        body = CRLF.join(lines)
    while body.endswith(CRLF):
        body = body[:-len(CRLF)]
    return body + CRLF if body or algorithm == "simple" else b""


def body_hash(message: Message, how: Signing) -> bytes:
    """What bh= holds before base64."""
    signed = canonical_body(how.body, message.body)[:how.length]
    return hashlib.new(how.digest, signed).digest()


def signature(message: Message, how: Signing, own: Field) -> str:
    """What b= holds; `own` is the signature field with nothing after "b=". 3.7, 5.4.2"""
    hashed = CRLF.join([*_selected(message.fields, how),
                        canonical_header(how.header, *own)])
    return base64.b64encode(
        how.key.sign(hashlib.new(how.digest, hashed).digest(), how.digest)).decode()


def _selected(fields: list[Field], how: Signing) -> list[bytes]:
    """The signed fields: of those with one name the last first, then the one above it."""
    left: dict[bytes, list[Field]] = {}
    for one in fields:
        left.setdefault(one[0].rstrip(b" \t").lower(), []).append(one)
    selected = []
    for name in how.names:
        if same := left.get(name.lower(), []):
            selected.append(canonical_header(how.header, *same.pop()))
    return selected
