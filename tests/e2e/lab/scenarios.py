"""The table of the laboratory: what is sent, and what must become of it.

To add a case, add a row; a new sender domain is a zone in zones.py. For each message that passes
there should be a neighbour that must not.
"""

from dataclasses import dataclass, field
from enum import Enum

from lab.keys import ED25519
from lab.letters import Letter, append, put_on_top, sign
from lab.smtp import Client


class Where(Enum):
    """Where a message ended up, in the words of the printed table."""

    INBOX = "inbox"
    TAGGED = "inbox, tagged"
    HOLD = "hold queue"
    REFUSED = "refused"
    LOST = "nowhere"


# In place of a result that no standard settles.
ANY = "any"


@dataclass(frozen=True)
class Expected:
    """What must be seen. `dkim` has one result for each signature, from the top."""

    spf: str
    dkim: tuple[str, ...]
    dmarc: str
    where: Where = Where.INBOX
    reply: str = "250 2.0.0"
    helo: str = ANY


@dataclass(frozen=True)
class Scenario:
    """One message. `policy` are settings that differ from the defaults."""

    name: str
    title: str
    client: Client
    mail_from: str
    letter: Letter
    expected: Expected
    policy: dict[str, str] = field(default_factory=dict)
    # Texts of the sender that must not be in what is delivered.
    removed: tuple[str, ...] = ()


GOOD = Client("203.0.113.7", "mail.good.example")
GOOD_V6 = Client("2001:db8:7::7", "mail.good.example")
SPFONLY = Client("203.0.113.20", "mail.spfonly.example")
NORECORD = Client("203.0.113.50", "mail.norecord.example")
BOGUS = Client("203.0.113.60", "mail.bogus.example")
LIST = Client("203.0.113.80", "mail.list.example")
FORGER = Client("198.51.100.66", "offers.norecord.example")

CLIENTS = (GOOD, GOOD_V6, SPFONLY, NORECORD, BOGUS, LIST, FORGER)

_FORGED_FIELDS = (
    "Authentication-Results: mx.lab.example; dmarc=pass header.from=forged-1.example",
    "Authentication-Results: (it is) MX.Lab.Example 1;\r\n dkim=pass header.d=forged-2.example",
    'Authentication-Results: "mx.lab.example"; spf=pass smtp.mailfrom=forged-3.example',
    "X-Waarmerk-Action: none; forged-4.example",
)

SCENARIOS = (
    Scenario(
        "dkim", "signed by its author's domain", GOOD, "ada@good.example",
        Letter("Figures", ("Ada <ada@good.example>",), (sign("good.example"),)),
        Expected("pass", ("pass",), "pass")),
    Scenario(
        "ed25519", "the same over IPv6, with two keys", GOOD_V6, "ada@good.example",
        Letter("Figures", ("Ada <ada@good.example>",),
               (sign("good.example"), sign("good.example", ED25519))),
        Expected("pass", ("pass", "pass"), "pass")),
    Scenario(
        "spf", "unsigned, from its author's server", SPFONLY, "bo@spfonly.example",
        Letter("Figures", ("Bo <bo@spfonly.example>",)),
        Expected("pass", (), "pass")),
    Scenario(
        "reject", "forged, domain says p=reject", FORGER, "service@bank.example",
        Letter("Your account", ("Your bank <service@bank.example>",)),
        Expected("fail", (), "fail", Where.REFUSED, "550 5.7.1")),
    Scenario(
        "quarantine", "forged, domain says p=quarantine", FORGER, "orders@shop.example",
        Letter("Your order", ("Your shop <orders@shop.example>",)),
        Expected("softfail", (), "fail", Where.TAGGED)),
    Scenario(
        "norecord", "unsigned, domain publishes nothing", NORECORD, "cy@norecord.example",
        Letter("Figures", ("Cy <cy@norecord.example>",)),
        Expected("none", (), "none")),
    Scenario(
        "forged-results", "brings results in our name", NORECORD, "cy@norecord.example",
        Letter("Figures", ("Cy <cy@norecord.example>",), (put_on_top(*_FORGED_FIELDS),)),
        Expected("none", (), "none"),
        removed=("forged-1", "forged-2", "forged-3", "forged-4")),
    Scenario(
        "null-sender", "a bounce: no sender, SPF by HELO", GOOD, "",
        Letter("Undelivered", ("MAILER-DAEMON@mail.good.example",)),
        Expected("pass", (), "pass", helo="pass")),
    Scenario(
        "forwarded", "forwarded: SPF breaks, DKIM holds", LIST, "ada@good.example",
        Letter("Figures", ("Ada <ada@good.example>",), (sign("good.example"),)),
        Expected("fail", ("pass",), "pass")),
    Scenario(
        "list", "changed by a list, p=reject", LIST, "bounces@list.example",
        Letter("[talk] Figures", ("Di <di@bank.example>",),
               (sign("bank.example"), append("-- \nThe talk list\n"),
                put_on_top("List-Id: Talk <talk.list.example>"), sign("list.example"))),
        Expected("pass", ("pass", "fail"), "fail", Where.TAGGED)),
    Scenario(
        "list-id", "forged with a List-Id, p=reject", FORGER, "service@bank.example",
        Letter("[talk] Your account", ("Your bank <service@bank.example>",),
               (put_on_top("List-Id: Talk <talk.list.example>"),)),
        Expected("fail", (), "fail", Where.REFUSED, "550 5.7.1")),
    Scenario(
        "two-from", "two From fields, one of them honest", GOOD, "ada@good.example",
        Letter("Figures", ("Your bank <service@bank.example>", "Ada <ada@good.example>")),
        Expected("pass", (), ANY, Where.REFUSED, "550 5.7.1")),
    Scenario(
        "bogus", "zone with wrong DNSSEC signatures", BOGUS, "eve@bogus.example",
        Letter("Figures", ("Eve <eve@bogus.example>",), (sign("bogus.example"),)),
        Expected("temperror", ("temperror",), "temperror")),
    Scenario(
        "hold", "forged, p=quarantine, hold is set", FORGER, "orders@shop.example",
        Letter("Your order", ("Your shop <orders@shop.example>",)),
        Expected("softfail", (), "fail", Where.HOLD),
        policy={"on_quarantine": "hold"}),
)
