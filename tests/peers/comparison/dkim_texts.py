"""Header fields, bodies, tags and key records by chance: right ones, and every kind of mistake."""

from random import Random

from comparison.verdicts import NOW

_VALUES = ("dinner", "Re: your mail", "", " ", "a  b\tc", "trailing \t", "x" * 90, "one\r\n two",
           "one \r\n\t two \r\n   three", "\r\n folded first", "caf\u00e9", "a:b; c=d", "=?utf-8?q?x?=")
_NAMES = ("Subject", "To", "Date", "Message-ID", "Received", "X-Test", "cc", "MIME-VERSION", "List-Id")
_LINES = ("", "", "hello", "two  spaces", "tab\tand space ", " leading", "\t", "   ", "x" * 200,
          "caf\u00e9", "-- ", ".", "From here", "=20", "end\t \t")


def fields(chance: Random) -> list[tuple[bytes, bytes]]:
    """A header with one From somewhere, with repeated names and odd white space."""
    found = [(_octets(chance.choice(_NAMES)), _octets(chance.choice(("", " ", "  ", "\t")) + chance.choice(_VALUES)))
             for _ in range(chance.randint(0, 7))]
    name = chance.choice((b"From", b"From", b"From", b"from", b"FROM"))
    found.insert(chance.randint(0, len(found)), (name, b" Ada <ada@d0.example>"))
    return found


def body(chance: Random) -> bytes:
    """Lines, with or without a final CRLF; seldom with bare CR or LF."""
    lines = [chance.choice(_LINES) for _ in range(chance.choice((0, 1, 2, 3, 5, 8)))]
    end = "\r\n" * chance.choice((0, 1, 1, 1, 1, 2, 3))
    text = "\r\n".join(lines) + end
    if chance.random() < 0.03:
        text += chance.choice(("bare\nLF\r\n", "bare\rCR\r\n", "\n", "\r", " \r\n \r"))
    return _octets(text)


def white_space(chance: Random) -> str:
    """What may stand around names and values of tags. RFC 6376 3.2"""
    return chance.choice(("", "", "", " ", " ", "\t", "  ", "\r\n ", "\r\n\t", " \r\n  "))


# Changes of a signature's tags. A value that is None takes the tag away; "" leaves it empty.
ODD_TAGS: tuple[dict[str, str | None], ...] = (
    *({name: None} for name in ("v", "a", "bh", "d", "h", "s", "c")),
    *({name: ""} for name in ("v", "a", "bh", "d", "h", "s", "c", "i", "l", "q", "t", "x", "z")),
    {"v": "2"}, {"v": "01"}, {"v": "1.0"},
    {"a": "RSA-SHA256"}, {"a": "rsa-sha512"}, {"a": "rsa"}, {"a": "sha256"}, {"a": "ed25519-sha256"},
    {"a": "rsa-sha256 "}, {"a": "rsa -sha256"},
    {"c": "Relaxed/Relaxed"}, {"c": "nofws"}, {"c": "relaxed/simple/x"}, {"c": "/"}, {"c": "simple/"},
    {"c": "relaxed /simple"},
    {"d": "D0.Example"}, {"d": "d0.example."}, {"d": "example"}, {"d": "d0 .example"}, {"d": ".d0.example"},
    {"d": "d0..example"}, {"d": "under_score.d0.example"}, {"d": "@d0.example"}, {"d": "d0.example,x"},
    {"s": "SEL"}, {"s": "a.b"}, {"s": "sel."}, {"s": "s el"}, {"s": "a..b"}, {"s": "under_score"},
    {"i": "@d0.example"}, {"i": "ada@d0.example"}, {"i": "ada@sub.d0.example"}, {"i": "ada@D0.EXAMPLE"},
    {"i": "ada@xd0.example"}, {"i": "ada@example"}, {"i": "ada@d1.example"}, {"i": "d0.example"},
    {"i": "ada"}, {"i": "ada=40home@d0.example"}, {"i": "ada@sub=2Ed0.example"}, {"i": "ada=4@d0.example"},
    {"i": "\"a@b\"@d0.example"}, {"i": "a@b@d0.example"}, {"i": "ada@d0.example."}, {"i": "ada@.d0.example"},
    {"l": "0"}, {"l": "+5"}, {"l": "-1"}, {"l": "1x"}, {"l": "9" * 30}, {"l": "9" * 76}, {"l": "9" * 77},
    {"l": "0" * 70 + "1"}, {"l": "1 0"},
    {"q": "dns/txt"}, {"q": "DNS/TXT"}, {"q": "dns"}, {"q": "dns/txt:other"}, {"q": "other:dns/txt"},
    {"q": "other"}, {"q": "dns / txt"},
    {"t": str(NOW)}, {"t": str(NOW + 200)}, {"t": str(NOW + 7200)}, {"t": str(NOW + 86400)}, {"t": "0"},
    {"t": "-5"}, {"t": "1e9"}, {"t": "9" * 12}, {"t": "9" * 13}, {"t": "9" * 30},
    {"x": str(NOW + 60)}, {"x": str(NOW - 200)}, {"x": str(NOW - 7200)}, {"x": str(NOW - 86400)},
    {"x": "0"}, {"x": "never"}, {"x": "9" * 12}, {"x": "9" * 13},
    {"t": str(NOW - 10), "x": str(NOW - 20)}, {"t": str(NOW), "x": str(NOW)},
    {"t": str(NOW - 20), "x": str(NOW + 20)},
    {"z": "From:ada@d0.example|Subject:x=3By"}, {"z": "not quoted-printable ="}, {"r": "y"},
    {"foo": "bar"}, {"foo": ""}, {"x_1": "y"}, {"1x": "y"}, {"_x": "y"}, {"x-y": "z"}, {"B": "x"},
    {"foo": "a=b=c"}, {"foo": "caf\u00e9"}, {"foo": "tab\tand  spaces"}, {"foo bar": "x"},
)

# What may go wrong with the text of the whole tag list.
ODD_LISTS = (";", ";;", "; ", ";x", "; =x", "; x=1; x=1", "; v=1", "; s=sel", ";\r\n\t;", "; \r\n ")

# Lists of signed fields, beside those that name what is there.
ODD_NAMES = (
    "to:subject", "from:", ":from", "from::to", "From : To : Subject", "FROM:to", "from:from",
    "from:from:from", "from:x-none", "from:dkim-signature", "from\r\n\t:to", "from:to to", "from,to",
    "from;to", "from:subject:subject:subject", "fr om", "from:\r\n to", "from:received:received",
)

# Key records; {p} stands for the key that fits.
GOOD_RECORDS = (
    "v=DKIM1; k={k}; p={p}", "v=DKIM1;k={k};p={p};", "k={k}; p={p}", "v=DKIM1; p={p}; k={k}",
    "v=DKIM1; k={k}; s=email; p={p}", "v=DKIM1; k={k}; s=*; p={p}", "v=DKIM1; k={k}; h=sha256; p={p}",
    "v=DKIM1; k={k}; t=y; p={p}", "v=DKIM1; k={k}; n=a note; p={p}", "v = DKIM1 ; k = {k} ; p = {p} ",
    "v=DKIM1; k={k}; foo=bar; p={p}", "v=DKIM1; h=sha1:sha256; k={k}; p={p}",
)
ODD_RECORDS = (
    "k={k}; v=DKIM1; p={p}", "v=DKIM2; k={k}; p={p}", "v=dkim1; k={k}; p={p}", "v=; k={k}; p={p}",
    "v=DKIM1; k=other; p={p}", "v=DKIM1; k=; p={p}", "v=DKIM1; k={K}; p={p}", "v=DKIM1; p={p}",
    "v=DKIM1; k={k}; h=sha1; p={p}", "v=DKIM1; k={k}; h=; p={p}", "v=DKIM1; k={k}; h=SHA256; p={p}",
    "v=DKIM1; k={k}; h=sha512:sha256; p={p}", "v=DKIM1; k={k}; h=sha256:; p={p}",
    "v=DKIM1; k={k}; s=other; p={p}", "v=DKIM1; k={k}; s=other:email; p={p}", "v=DKIM1; k={k}; s=; p={p}",
    "v=DKIM1; k={k}; s=EMAIL; p={p}", "v=DKIM1; k={k}; s=tlsrpt; p={p}", "v=DKIM1; k={k}; s=email:*; p={p}",
    "v=DKIM1; k={k}; t=s; p={p}", "v=DKIM1; k={k}; t=y:s; p={p}", "v=DKIM1; k={k}; t=; p={p}",
    "v=DKIM1; k={k}; t=other; p={p}", "v=DKIM1; k={k}; g=*; p={p}", "v=DKIM1; k={k}; g=; p={p}",
    "v=DKIM1; k={k}; g=nobody; p={p}",
    "v=DKIM1; k={k}; p=", "v=DKIM1; k={k}", "v=DKIM1; k={k}; p={p}; p={p}", "v=DKIM1; k={k}; k={k}; p={p}",
    "v=DKIM1; k={k}; p={p}!", "v=DKIM1; k={k}; p={p}=", "v=DKIM1; k={k}; p={spaced}", "v=DKIM1; k={k}; p={cut}",
    "v=DKIM1; k={k}; p={unpadded}", "v=DKIM1; k={k}; p={bare}", "v=DKIM1; k={k}; p={other}",
    "v=DKIM1 k={k}; p={p}", "v=DKIM1; k={k}; p={p};;", ";v=DKIM1; k={k}; p={p}", "v=DKIM1;; k={k}; p={p}",
    "v=DKIM1; k={k}; foo; p={p}", "v=DKIM1; k={k}; 1x=y; p={p}", "V=DKIM1; K={k}; P={p}",
    "v=DKIM1; k={k}; n=caf\u00e9; p={p}", "\"v=DKIM1; k={k}; p={p}\"", "v=DKIM1, k={k}, p={p}",
    "v=spf1 -all", "", " ", "{p}", "p={p}", "v=DKIM1;\tk={k};\r\n p={p}",
)


def _octets(text: str) -> bytes:
    return text.encode("utf-8")
