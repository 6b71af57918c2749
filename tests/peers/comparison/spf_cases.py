"""One check of SPF: a client, a sender, and the zone in which it is checked."""

from dataclasses import dataclass
from ipaddress import ip_address
from random import Random

from comparison import spf_terms as terms
from comparison.zone import Zone

_CLIENTS_4 = ("192.0.2.1", "192.0.2.1", "192.0.2.76", "203.0.113.7", "198.51.100.9")
_CLIENTS_6 = ("2001:db8::1", "2001:db8:7::7", "::ffff:192.0.2.1", "2001:db8:aa::ff")
_LOCAL_PARTS = ("ada", "strong-bad", "a.b.c", "x+y-z=1/2,3_4", "Ada", "p%q", "~!#$&'*", "")
_MESSAGE = b"From: <ada@nothing.invalid>\r\n\r\n\r\n"


@dataclass(frozen=True)
class SpfCase:
    """What a receiver knows when it checks HELO and MAIL FROM."""

    zone: Zone
    ip: str
    helo: str
    mail_from: str
    message: bytes = _MESSAGE

    def text(self) -> str:
        """For people who want to look at it, or to ask `waarmerk check` again."""
        return f"--ip {self.ip} --helo '{self.helo}' --mail-from '{self.mail_from}'"


def spf_case(chance: Random) -> SpfCase:
    ip = chance.choice(_CLIENTS_4 if chance.random() < 0.65 else _CLIENTS_6)
    zone = Zone()
    _add_hosts(chance, zone)
    _add_reverse_names(chance, zone, ip)
    for domain in terms.DOMAINS:
        for text in _texts(chance):
            # The DNS has octets; U+0080 to U+00FF stand for those above ASCII.
            zone.add(domain, "TXT", text.encode("latin-1"))
        if chance.random() < 0.03:
            zone.fail(domain, "TXT", chance.choice(("!SERVFAIL", "!TIMEOUT")))
        if chance.random() < 0.4:
            zone.add(domain, "A", chance.choice(terms.NETWORKS_4))
    for number in range(2):
        zone.add(f"e{number}.example", "TXT", terms.explanation(chance).encode("latin-1"))
    if chance.random() < 0.35:
        zone.add("*." + terms.PROBE, "A", "127.0.0.2")
    return SpfCase(zone, ip, _helo(chance), _mail_from(chance))


def _mail_from(chance: Random) -> str:
    if chance.random() < 0.05:
        return chance.choice(("", "ada", "ada@localhost", "ada@missing.example", "d1.example",
                              '"a@b"@d0.example'))
    return chance.choice(_LOCAL_PARTS) + "@" + chance.choice(("d0.example", "d0.example", "D1.Example"))


def _helo(chance: Random) -> str:
    if chance.random() < 0.15:
        return chance.choice(("mail", "[192.0.2.1]", "", "h0.example.", "missing.example", "192.0.2.1"))
    return chance.choice(terms.DOMAINS * 4 + terms.HOSTS)


def _add_hosts(chance: Random, zone: Zone) -> None:
    """Addresses, aliases and mail hosts; some names exist without any, some cannot be asked."""
    for host in terms.HOSTS:
        kind = chance.random()
        if kind < 0.04:
            zone.fail(host, chance.choice(("A", "AAAA", "MX")), "!SERVFAIL")
        elif kind < 0.12:
            zone.add(host, "CNAME", chance.choice(terms.HOSTS[:3] + terms.MISSING))
        elif kind < 0.9:
            for _ in range(chance.choice((1, 1, 2, 3))):
                zone.add(host, "A", chance.choice(terms.NETWORKS_4))
                zone.add(host, "AAAA", chance.choice(terms.NETWORKS_6[:3]))
    for name in terms.DOMAINS + terms.HOSTS[:3]:
        if chance.random() < 0.6 and "CNAME" not in zone.records.get(name, {}):
            _add_mail_hosts(chance, zone, name)


def _add_mail_hosts(chance: Random, zone: Zone, name: str) -> None:
    if zone.records.get(name, {}).get("MX"):
        return
    # Ten hosts are the limit. RFC 7208 4.6.4
    for number in range(chance.choice((1, 1, 2, 3, 9, 10, 11))):
        host = chance.choice(terms.HOSTS + terms.MISSING[:1])
        if chance.random() < 0.5:
            host = f"m{number}.example"
            zone.add(host, "A", "203.0.113.99")
            zone.add(host, "AAAA", "2001:db8:99::")
        zone.add(name, "MX", f"{number * 10} {host}")


def _add_reverse_names(chance: Random, zone: Zone, ip: str) -> None:
    reverse = _reverse_name(ip)
    kind = "AAAA" if "ip6" in reverse else "A"
    if chance.random() < 0.05:
        zone.fail(reverse, "PTR", "!SERVFAIL")
        return
    # More than ten names are not looked at. RFC 7208 4.6.4
    for number in range(chance.choice((0, 1, 1, 2, 3, 9, 10, 11, 12))):
        name = chance.choice((*terms.DOMAINS, *terms.HOSTS, f"r{number}.d0.example", "r.other.example"))
        zone.add(reverse, "PTR", name)
        if chance.random() < 0.6 and not zone.records.get(name, {}).get("CNAME"):
            _confirm(zone, name, kind, ip)


def _confirm(zone: Zone, name: str, kind: str, ip: str) -> None:
    values = zone.records.get(name, {}).get(kind, [])
    if not values or not values[0].startswith("!"):
        zone.add(name, kind, ip.removeprefix("::ffff:"))


def _reverse_name(ip: str) -> str:
    address = ip_address(ip)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).reverse_pointer


def _texts(chance: Random) -> list[str]:
    """The TXT records of a domain: usually one that is an SPF record."""
    texts = [_record(chance)]
    kind = chance.random()
    if kind < 0.04:
        texts.append(_record(chance))
    elif kind < 0.12:
        texts.append(chance.choice(("google-site-verification=x", "v=spf10 -all", "\xe9", "", "v=spf1-all")))
    elif kind < 0.16:
        texts = []
    chance.shuffle(texts)
    return texts


def _record(chance: Random) -> str:
    if chance.random() < 0.12:
        return _record_at_the_limits(chance)
    parts = [terms.directive(chance) for _ in range(chance.randint(0, 5))]
    if chance.random() < 0.2:
        parts.insert(chance.randint(0, len(parts)), terms.modifier(chance))
    if chance.random() < 0.25:
        target = terms.macro_name(chance) if chance.random() < 0.1 else chance.choice(terms.DOMAINS)
        parts.insert(chance.randint(0, len(parts)), "redirect=" + target)
    if chance.random() < 0.35:
        parts.insert(chance.randint(0, len(parts)), f"exp=e{chance.randint(0, 1)}.example")
    if chance.random() < 0.2:
        parts.insert(chance.randint(0, len(parts)), terms.odd_term(chance))
    if chance.random() < 0.6:
        parts.append(chance.choice(("-all", "~all", "?all", "all")))
    space = " " if chance.random() < 0.9 else "   "
    record = chance.choice(("v=spf1",) * 12 + ("V=SPF1", "v=SPF1")) + "".join(
        space + part for part in parts) + chance.choice(("", "", "", " ", "  "))
    return terms.edited(chance, record) if chance.random() < 0.08 else record


def _record_at_the_limits(chance: Random) -> str:
    """Around ten terms that ask the DNS, or around two that find nothing. RFC 7208 4.6.4"""
    if chance.random() < 0.5:
        asking = [f"a:{chance.choice(terms.HOSTS)}" for _ in range(chance.randint(8, 12))]
    else:
        asking = [chance.choice((f"a:n{number}.missing.example", f"exists:n{number}.missing.example"))
                  for number in range(chance.randint(1, 4))]
    return " ".join(["v=spf1", *asking, chance.choice(("-all", "~all", "ip4:192.0.2.0/24"))])
