"""The domains of the laboratory, as zone files that a person can read.

`{rsa}` and `{ed}` stand for the key records of the run, cut into the strings that a TXT record is
made of. All domains publish the same two keys: who may sign for whom is a matter of names.
"""

from dataclasses import dataclass

from lab.keys import Keys

_HEAD = """\
$ORIGIN {origin}
$TTL 300
@  SOA  ns.lab.example. hostmaster.lab.example. 1 3600 600 86400 5
@  NS   ns.lab.example.
"""


@dataclass(frozen=True)
class Zone:
    """One zone. `bogus`: it is signed, but the resolver has a trust anchor that does not fit."""

    name: str
    records: str
    signed: bool = True
    bogus: bool = False

    @property
    def origin(self) -> str:
        """The name with its final dot."""
        return self.name + "."

    def text(self, keys: Keys) -> str:
        """The zone file."""
        records = self.records
        for selector, record in keys.record.items():
            records = records.replace("{%s}" % selector, _txt(record))
        return _HEAD.format(origin=self.origin) + records


def _txt(value: str) -> str:
    return " ".join(f'"{value[at:at + 200]}"' for at in range(0, len(value), 200))


ZONES = (
    # The root is unsigned, so each signed zone below is an island with a trust anchor of its own.
    Zone("", signed=False, records=""),

    # The receiver.
    Zone("lab.example", """
@    MX  10 mx
mx   A   192.0.2.25
mx   AAAA 2001:db8::25
ns   A   192.0.2.53
"""),

    # Does everything right, over IPv4 and IPv6, with either key.
    Zone("good.example", """
@               MX   10 mail
@               TXT  "v=spf1 ip4:203.0.113.7 ip6:2001:db8:7::7 -all"
mail            A    203.0.113.7
mail            AAAA 2001:db8:7::7
mail            TXT  "v=spf1 a -all"
rsa._domainkey  TXT  {rsa}
ed._domainkey   TXT  {ed}
_dmarc          TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@good.example"
"""),

    # Never signs.
    Zone("spfonly.example", """
@       MX   10 mail
@       TXT  "v=spf1 a:mail.spfonly.example -all"
mail    A    203.0.113.20
_dmarc  TXT  "v=DMARC1; p=reject; rua=mailto:spfonly@reports.example"
"""),

    # Those that are imitated: one wants forgeries refused, the other wants them set apart.
    Zone("bank.example", """
@               MX   10 mail
@               TXT  "v=spf1 ip4:203.0.113.30 -all"
mail            A    203.0.113.30
rsa._domainkey  TXT  {rsa}
_dmarc          TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@bank.example"
"""),
    Zone("shop.example", """
@               MX   10 mail
@               TXT  "v=spf1 ip4:203.0.113.40 ~all"
mail            A    203.0.113.40
rsa._domainkey  TXT  {rsa}
_dmarc          TXT  "v=DMARC1; p=quarantine; rua=mailto:shop@stranger.example"
"""),

    # Those who take reports about others: one has agreed to, of the other only shop.example says so.
    Zone("reports.example", """
@                                MX   10 mx.lab.example.
spfonly.example._report._dmarc   TXT  "v=DMARC1"
"""),
    Zone("stranger.example", """
@  MX  10 mx.lab.example.
"""),

    # A mailing list and forwarder.
    Zone("list.example", """
@               MX   10 mail
@               TXT  "v=spf1 a:mail.list.example -all"
mail            A    203.0.113.80
rsa._domainkey  TXT  {rsa}
_dmarc          TXT  "v=DMARC1; p=none"
"""),

    # Has never heard of any of it.
    Zone("norecord.example", signed=False, records="""
@     MX  10 mail
@     A   203.0.113.50
mail  A   203.0.113.50
"""),

    # Would pass everything, if its signatures could be believed.
    Zone("bogus.example", bogus=True, records="""
@               MX   10 mail
@               TXT  "v=spf1 ip4:203.0.113.60 -all"
mail            A    203.0.113.60
rsa._domainkey  TXT  {rsa}
_dmarc          TXT  "v=DMARC1; p=reject"
"""),

    # Reverse names of the honest clients; the forger's 198.51.100.66 has none.
    Zone("113.0.203.in-addr.arpa", signed=False, records="""
7   PTR  mail.good.example.
20  PTR  mail.spfonly.example.
50  PTR  mail.norecord.example.
60  PTR  mail.bogus.example.
80  PTR  mail.list.example.
"""),
    Zone("8.b.d.0.1.0.0.2.ip6.arpa", signed=False, records="""
7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0  PTR  mail.good.example.
"""),
)
