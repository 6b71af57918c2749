"""One signed message: how it was signed, what happened to it on the way, and the zone with its keys."""

import base64
import re
from dataclasses import dataclass
from random import Random

from comparison import dkim_texts as texts
from comparison.keys import EdKey, RsaKey, published
from comparison.signer import CRLF, Message, Signing, body_hash, canonical_body, signature
from comparison.zone import Zone

Keys = dict[str, RsaKey | EdKey]
_KINDS = {"rsa2048": 6, "rsa1024": 2, "ed25519": 4, "rsa768": 0.4}
# Stands for it until all else is there to be signed.
_VALUE_OF_B = "\0"


@dataclass(frozen=True)
class DkimCase:
    """What a verifier gets. `clean`: signed by the book and untouched since."""

    zone: Zone
    message: bytes
    count: int
    clean: bool
    # What was odd about it, for people and for the table of differences.
    oddities: tuple[str, ...]

    def text(self) -> str:
        return "; ".join(self.oddities) or "nothing odd"


def dkim_case(chance: Random, keys: Keys) -> DkimCase:
    message = Message(texts.fields(chance), texts.body(chance))
    zone, oddities = Zone(), []
    count = chance.choice((1, 1, 1, 1, 2, 3))
    for number in range(count):
        _Signer(chance, keys, zone, oddities).sign(message, f"sel{number}")
    if chance.random() < 0.35:
        change = chance.choice(_CHANGES)
        oddities.append("afterwards: " + change.__name__.strip("_").replace("_", " "))
        change(chance, message)
    return DkimCase(zone, message.octets(), count, not oddities, tuple(oddities))


class _Signer:
    """Puts one signature on top of a message, and its key into the zone."""

    def __init__(self, chance: Random, keys: Keys, zone: Zone, oddities: list[str]):
        self._chance, self._keys, self._zone, self._oddities = chance, keys, zone, oddities

    def sign(self, message: Message, selector: str) -> None:
        chance = self._chance
        kind, = chance.choices(list(_KINDS), list(_KINDS.values()))
        if kind == "rsa768":
            self._oddities.append("a key of 768 bits")
        how = Signing(self._keys[kind], chance.choice(("simple", "relaxed")),
                      chance.choice(("simple", "relaxed")))
        tags = self._tags(message, how, selector)
        self._make_odd(tags, how)
        tags.setdefault("bh", base64.b64encode(body_hash(message, how)).decode())
        tags = {name: text for name, text in tags.items() if text is not None}
        domain = tags.get("d", "d0.example")
        self._publish(how.key, kind, f"{tags.get('s', selector)}._domainkey.{domain}")
        message.fields.insert(0, self._field(message, how, tags))

    def _tags(self, message: Message, how: Signing, selector: str) -> dict[str, str | None]:
        """Those of a right signature but for bh= and b=."""
        chance = self._chance
        how.names = self._names(message)
        algorithm = f"{how.header}/{how.body}"
        if how.body == "simple" and chance.random() < 0.3:
            algorithm = how.header
        tags = {"v": "1", "a": how.key.kind + "-sha256", "c": algorithm, "d": "d0.example",
                "s": selector, "h": self._joined(how.names)}
        if how.header == how.body == "simple" and chance.random() < 0.3:
            del tags["c"]
        if how.key.kind == "rsa" and chance.random() < 0.03:
            tags["a"], how.digest = "rsa-sha1", "sha1"
            self._oddities.append("rsa-sha1")
        if chance.random() < 0.2:
            tags["i"] = chance.choice(("@d0.example", "ada@d0.example", "ada@mail.d0.example"))
        if chance.random() < 0.15:
            self._limit(message, how, tags)
        return tags

    def _names(self, message: Message) -> list[bytes]:
        """From, some of what is there, and sometimes more of it than there is. 5.4.2"""
        chance = self._chance
        present = [name for name, _ in message.fields if name.lower() != b"from"]
        chosen = [name for name in present if chance.random() < 0.8]
        chosen += [b"From"] * chance.choice((1, 1, 1, 2))
        chosen += chance.sample([b"Reply-To", b"Subject", b"X-None"], chance.choice((0, 0, 1, 2)))
        chance.shuffle(chosen)
        return chosen

    def _joined(self, names: list[bytes]) -> str:
        space = self._chance.choice(("", "", " ", "\r\n\t"))
        return (space + ":" + space).join(name.decode() for name in names)

    def _limit(self, message: Message, how: Signing, tags: dict[str, str | None]) -> None:
        """Signs a part of the body. 3.5, l="""
        size = len(canonical_body(how.body, message.body))
        how.length = self._chance.choice((0, size // 2, max(0, size - 1), size, size, size + 1))
        tags["l"] = str(how.length)
        self._oddities.append(f"l={how.length} of {size}")

    def _make_odd(self, tags: dict[str, str | None], how: Signing) -> None:
        chance = self._chance
        if chance.random() < 0.2:
            change = chance.choice(texts.ODD_TAGS)
            tags.update(change)
            self._oddities.append("tags " + ", ".join(
                f"no {name}=" if text is None else f"{name}={text}"
                for name, text in change.items()))
            if (change.get("l") or "").isdigit():
                how.length = int(change["l"])
        elif chance.random() < 0.08:
            tags["h"] = chance.choice(texts.ODD_NAMES)
            how.names = [name.strip().encode() for name in tags["h"].split(":")]
            self._oddities.append("h=" + tags["h"])

    def _field(self, message: Message, how: Signing, tags: dict[str, str]) -> tuple[bytes, bytes]:
        """The field: tags in any order, white space around them, b= anywhere."""
        chance = self._chance
        order = [*tags, "b"]
        if chance.random() < 0.8:
            chance.shuffle(order)
        text = ";".join(self._tag(one, tags.get(one, "")) for one in order)
        if chance.random() < 0.06:
            odd = chance.choice(texts.ODD_LISTS)
            self._oddities.append("tag list with " + odd)
            text += odd
        elif chance.random() < 0.3:
            text += ";"
        elif chance.random() < 0.85:
            text = text.rstrip()
        before, after = text.split(_VALUE_OF_B)
        name = chance.choice((b"DKIM-Signature",) * 8 + (b"dkim-signature", b"DKIM-SIGNATURE"))
        value = signature(message, how, (name, (before + after).encode("utf-8")))
        return name, (before + self._folded(value) + after).encode("utf-8")

    def _tag(self, name: str, text: str) -> str:
        """`name=value` with white space around each; for b= with a place where its value will be."""
        space = [texts.white_space(self._chance) for _ in range(4)]
        value = _VALUE_OF_B if name == "b" else space[2] + text + space[3]
        return space[0] + name + space[1] + "=" + value

    def _folded(self, value: str) -> str:
        """base64 with white space in it and around it."""
        chance = self._chance
        if chance.random() < 0.5:
            value = "\r\n\t".join(value[at:at + 60] for at in range(0, len(value), 60))
        return texts.white_space(chance) + value + (
            texts.white_space(chance) if chance.random() < 0.1 else "")

    def _publish(self, key: RsaKey | EdKey, kind: str, owner: str) -> None:
        chance = self._chance
        owner = owner.lower().removesuffix(".")
        if not all(0 < len(label) < 64 and " " not in label for label in owner.split(".")):
            return
        record = chance.choice(texts.GOOD_RECORDS)
        if chance.random() < 0.12:
            record = chance.choice(texts.ODD_RECORDS)
            self._oddities.append("key record " + record)
        self._zone.add(owner, "TXT", self._filled(record, key, kind))
        luck = chance.random()
        if luck < 0.02:
            self._zone.add(owner, "TXT", self._filled("v=DKIM1; k={k}; p={other}", key, kind))
            chance.shuffle(self._zone.records[owner]["TXT"])
            self._oddities.append("two key records")
        elif luck < 0.04:
            del self._zone.records[owner]
            self._oddities.append("no key record")
        elif luck < 0.06:
            self._zone.fail(owner, "TXT", "!SERVFAIL")
            self._oddities.append("no answer for the key record")

    def _filled(self, record: str, key: RsaKey | EdKey, kind: str) -> bytes:
        p = published(key)
        other = published(self._keys["rsa1024" if kind == "rsa2048" else "rsa2048"])
        values = {"{k}": key.kind, "{K}": key.kind.upper(), "{p}": p, "{spaced}": f" {p[:20]} \t{p[20:]} ",
                  "{cut}": p[:-8], "{unpadded}": p.rstrip("="), "{other}": other,
                  "{bare}": base64.b64encode(key.bare_public()).decode()}
        for name, value in values.items():
            record = record.replace(name, value)
        return record.encode("utf-8")


# ---- What happens on the way --------------------------------------------------------------------


def _body_octet_changed(chance: Random, message: Message) -> None:
    if message.body:
        at = chance.randrange(len(message.body))
        octet = bytes([message.body[at] ^ 1 << chance.randrange(8)])
        message.body = message.body[:at] + octet + message.body[at + 1:]


def _body_line_added(chance: Random, message: Message) -> None:
    message.body += chance.choice((b"-- \r\n", CRLF, b" \r\n", b"unsubscribe here\r\n", CRLF * 3))


def _body_white_space_changed(chance: Random, message: Message) -> None:
    message.body = chance.choice((
        message.body.replace(b" ", b"  "), message.body.replace(b"\t", b" "),
        message.body.replace(CRLF, b" \r\n"), message.body.rstrip(), message.body.rstrip() + CRLF,
        b" " + message.body))


def _header_white_space_changed(chance: Random, message: Message) -> None:
    at = chance.randrange(len(message.fields))
    name, value = message.fields[at]
    message.fields[at] = (name, chance.choice((
        value.replace(b" ", b"  "), re.sub(rb"(?<=[^\s]) ", b"\r\n ", value), value + b" ", b" " + value,
        value.replace(CRLF, b""), value.strip())))


def _header_value_changed(chance: Random, message: Message) -> None:
    at = chance.randrange(len(message.fields))
    name, value = message.fields[at]
    place = chance.randrange(len(value) + 1)
    message.fields[at] = (name, value[:place] + chance.choice((b"x", b"=", b";", b"A", b"\t")) + value[place:])


def _name_in_another_case(chance: Random, message: Message) -> None:
    at = chance.randrange(len(message.fields))
    name, value = message.fields[at]
    message.fields[at] = (name.swapcase(), value)


def _white_space_before_a_colon(chance: Random, message: Message) -> None:
    at = chance.randrange(len(message.fields))
    name, value = message.fields[at]
    message.fields[at] = (name + b" ", value)


def _field_added(chance: Random, message: Message) -> None:
    name = chance.choice((b"From", b"Subject", b"X-Test", b"Received", b"Reply-To", b"To"))
    at = chance.choice((0, chance.randint(0, len(message.fields)), len(message.fields)))
    message.fields.insert(at, (name, b" " + chance.choice((b"Eve <eve@bank.example>", b"new", b""))))


def _field_removed(chance: Random, message: Message) -> None:
    name, _ = message.fields[at := chance.randrange(len(message.fields))]
    if name.lower() not in (b"dkim-signature", b"from"):
        del message.fields[at]


def _fields_swapped(chance: Random, message: Message) -> None:
    at = chance.randrange(max(1, len(message.fields) - 1))
    if all(name.lower() != b"dkim-signature" for name, _ in message.fields[at:at + 2]):
        message.fields[at:at + 2] = reversed(message.fields[at:at + 2])


_CHANGES = (
    _body_octet_changed, _body_line_added, _body_white_space_changed, _header_white_space_changed,
    _header_value_changed, _name_in_another_case, _white_space_before_a_colon, _field_added,
    _field_removed, _fields_swapped,
)
