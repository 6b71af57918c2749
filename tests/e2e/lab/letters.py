"""Messages, and what happens to them between their author and us.

A letter starts as its author wrote it. What is done to it on the way is a list of steps in the
order of events, so a scenario can say: the bank signs, a list appends a footer, the list signs.
"""

import email.utils
from collections.abc import Callable
from dataclasses import dataclass

import dkim

from lab.keys import ED25519, RSA, Keys
from lab.place import RECIPIENT

# A step takes the message and the keys of the run and gives the message as it goes on.
Step = Callable[[bytes, Keys], bytes]

_ALGORITHM = {RSA: b"rsa-sha256", ED25519: b"ed25519-sha256"}

_SIGNED_FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]


@dataclass(frozen=True)
class Letter:
    """What an author writes. More than one author becomes more than one From field."""

    subject: str
    authors: tuple[str, ...]
    way: tuple[Step, ...] = ()
    text: str = "Good morning,\n\nplease find the figures of last week below.\n"

    def message(self, name: str, keys: Keys) -> bytes:
        """The message as it reaches our mail server, with line ends as on the wire."""
        lines = [f"From: {author}" for author in self.authors] + [
            f"To: {RECIPIENT}",
            f"Subject: {self.subject}",
            f"Date: {email.utils.formatdate()}",
            f"Message-ID: <{name}@e2e.example>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            *self.text.splitlines(),
        ]
        message = "".join(line + "\r\n" for line in lines).encode()
        for step in self.way:
            message = step(message, keys)
        return message


def sign(domain: str, selector: str = RSA) -> Step:
    """The domain signs header and body as they are now, with the key of that selector."""

    def step(message: bytes, keys: Keys) -> bytes:
        return dkim.sign(
            message, selector.encode(), domain.encode(), keys.private[selector],
            canonicalize=(b"relaxed", b"relaxed"), signature_algorithm=_ALGORITHM[selector],
            include_headers=_SIGNED_FIELDS) + message

    return step


def put_on_top(*fields: str) -> Step:
    """Someone writes header fields above all others."""
    return lambda message, _: "".join(field + "\r\n" for field in fields).encode() + message


def append(text: str) -> Step:
    """Someone adds lines to the body."""
    return lambda message, _: message + text.replace("\n", "\r\n").encode()
