"""Sends one message over SMTP as a client from anywhere on the documentation Internet."""

import smtplib
from dataclasses import dataclass

from lab.place import RECIPIENT, Endpoint, Place


@dataclass(frozen=True)
class Client:
    """A sending host: its address and the name it gives itself."""

    address: str
    helo: str


@dataclass(frozen=True)
class Reply:
    """How the server answered in the end."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def queue_id(self) -> str:
        """The queue id of an accepted message: Postfix says "2.0.0 Ok: queued as ID"."""
        _, found, queue_id = self.text.partition("queued as ")
        return queue_id if found else ""


def send(place: Place, client: Client, mail_from: str, message: bytes) -> Reply:
    """One session with one message; returns the first answer that refuses, or the last."""
    endpoint = _endpoint_for(place, client)
    source = (client.address, 0) if place.private else None
    with smtplib.SMTP(endpoint.host, endpoint.port, local_hostname=client.helo,
                      source_address=source, timeout=60) as session:
        steps = [
            lambda: session.ehlo(),
            lambda: session.mail(mail_from),
            lambda: session.rcpt(RECIPIENT),
            lambda: session.data(message),
        ]
        if not place.private:
            steps.insert(0, lambda: _introduce(session, client))
        for step in steps:
            code, text = step()
            if code >= 400:
                break
    return Reply(code, text.decode(errors="replace").replace("\n", " "))


def _endpoint_for(place: Place, client: Client) -> Endpoint:
    """The server's address in the client's family, or the only one there is."""
    wanted = ":" in client.address
    return next((one for one in place.smtp if (":" in one.host) == wanted), place.smtp[0])


def _introduce(session: smtplib.SMTP, client: Client) -> tuple[int, bytes]:
    """Has Postfix take us for `client`. Without a namespace all come from loopback."""
    session.ehlo()
    family = "IPV6:" if ":" in client.address else ""
    return session.docmd("XCLIENT", f"ADDR={family}{client.address} NAME=[UNAVAILABLE]")
