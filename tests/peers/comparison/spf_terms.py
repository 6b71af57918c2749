"""Terms of SPF records by chance: right ones of every kind, and every kind of mistake. RFC 7208."""

from random import Random

# Whose records are asked; each may refer to each, so there are loops.
DOMAINS = tuple(f"d{number}.example" for number in range(6))
HOSTS = tuple(f"h{number}.example" for number in range(8))
MISSING = ("missing.example", "gone.d0.example")
# Names that macros are expanded to stand below this one; what is asked there is compared.
PROBE = "probe.example"

NETWORKS_4 = ("192.0.2.1", "192.0.2.77", "198.51.100.9", "203.0.113.200", "127.0.0.2")
NETWORKS_6 = ("2001:db8::1", "2001:db8:7::7", "2001:db8:ffff::", "::1", "::ffff:192.0.2.1",
              "2001:DB8:0:0:0:0:0:1", "fe80::192.0.2.1", "::")

_QUALIFIERS = ("", "", "", "+", "-", "~", "?")
_RECORD_LETTERS = "slodipvh"
_TEXT_LETTERS = _RECORD_LETTERS + "crt"


def macro(chance: Random, letters: str = _RECORD_LETTERS) -> str:
    """One macro-expand. 7.1"""
    if chance.random() < 0.08:
        return chance.choice(("%%", "%-", "%_"))
    letter = chance.choice(letters)
    if chance.random() < 0.2:
        letter = letter.upper()
    digits = chance.choice(("", "", "", "1", "2", "3", "12", "128"))
    reverse = chance.choice(("", "", "r")) if chance.random() < 0.96 else "R"
    delimiters = "".join(chance.sample(".-+,/_=", chance.choice((0, 0, 0, 1, 1, 2, 7))))
    return "%{" + letter + digits + reverse + delimiters + "}"


def macro_name(chance: Random) -> str:
    """A domain-spec with macros."""
    if chance.random() < 0.1:
        return chance.choice(("%{d}", "%{o}", "%{h}", "%{d2}", "h1.%{d1}", "%{p}", "%{p2}"))
    parts = [chance.choice((macro(chance), macro(chance), "lit", "_x-y"))
             for _ in range(chance.randint(1, 4))]
    return chance.choice((".", ".", "-")).join(parts) + "." + PROBE + chance.choice(("", "", "."))


def explanation(chance: Random) -> str:
    """An explain-string: macros with all letters, text and spaces between. 6.2"""
    words = [chance.choice((macro(chance, _TEXT_LETTERS), "see http://x.example/?s=%{S}", "no."))
             for _ in range(chance.randint(1, 4))]
    return " ".join(words)


def name(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return chance.choice(HOSTS)
    if kind < 0.75:
        return chance.choice(DOMAINS)
    return chance.choice(MISSING) if kind < 0.82 else macro_name(chance)


def _dual_cidr(chance: Random) -> str:
    v4 = chance.choice(("", "", "", "/0", "/8", "/24", "/31", "/32"))
    v6 = chance.choice(("", "", "", "//0", "//32", "//127", "//128"))
    return v4 + v6


def _ip4(chance: Random) -> str:
    return ("ip4:" + chance.choice(NETWORKS_4)
            + chance.choice(("", "", "/0", "/1", "/8", "/24", "/30", "/32")))


def _ip6(chance: Random) -> str:
    return ("ip6:" + chance.choice(NETWORKS_6)
            + chance.choice(("", "", "/0", "/1", "/32", "/64", "/127", "/128")))


def _with_optional_name(word: str, cidr: bool):
    def term(chance: Random) -> str:
        target = ":" + name(chance) if chance.random() < 0.75 else ""
        return word + target + (_dual_cidr(chance) if cidr else "")

    return term


def _include(chance: Random) -> str:
    target = macro_name(chance) if chance.random() < 0.1 else chance.choice(DOMAINS + MISSING[:1])
    return "include:" + target


def _exists(chance: Random) -> str:
    return "exists:" + (macro_name(chance) if chance.random() < 0.75 else name(chance))


# Mechanisms, and how often each is taken.
_MECHANISMS = {
    _ip4: 4, _ip6: 3, _with_optional_name("a", cidr=True): 4,
    _with_optional_name("mx", cidr=True): 3, _with_optional_name("ptr", cidr=False): 1.5,
    _include: 3, _exists: 3, lambda chance: "all": 1,
}


def directive(chance: Random) -> str:
    """A right directive, in any case."""
    make, = chance.choices(list(_MECHANISMS), list(_MECHANISMS.values()))
    text = make(chance)
    if chance.random() < 0.06:
        word, colon, rest = text.partition(":")
        text = word.upper() + colon + rest
    return chance.choice(_QUALIFIERS) + text


def modifier(chance: Random) -> str:
    """A modifier that is not known."""
    value = chance.choice(("", "yes", "a=b", "%{d}", macro(chance), "x/y:z"))
    return chance.choice(("moo", "x-y_z.1", "match", "ra", "Default")) + "=" + value


# Each of them is a syntax error, or something that is easily taken for one.
_ODD_TERMS = (
    "", "-", "+", "-+all", "all:", "all/8", "all=", "all.", "al", "allx", "?all?",
    "ip4", "ip4:", "ip4:192.0.2", "ip4:192.0.2.1.1", "ip4:192.0.2.256", "ip4:192.0.2.01",
    "ip4:192.0.2.1/", "ip4:192.0.2.1/33", "ip4:192.0.2.1/032", "ip4:192.0.2.1/00",
    "ip4:192.0.2.1//32", "ip4:192.0.2.1/24/24", "ip4:h0.example", "ip4:2001:db8::1", "ip4=192.0.2.1",
    "ip4: 192.0.2.1", "ip:192.0.2.1", "ipv4:192.0.2.1", "192.0.2.1", "192.0.2.0/24",
    "ip6", "ip6:", "ip6:2001:db8::1/129", "ip6:2001:db8::1/", "ip6:2001:db8::1//64", "ip6:1::2::3",
    "ip6:192.0.2.1", "ip6:2001:db8:1:2:3:4:5:6:7", "ip6:12345::", "ip6:::ffff:192.0.2.256",
    "ip6:[2001:db8::1]", "ip6:2001:db8::1%eth0", "ip6:::ffff:192.0.2.0/120", "ip6:::",
    "a:", "a:/24", "a/", "a/33", "a//129", "a/24/64", "a/24//", "a//64/24", "a/024", "a:192.0.2.1",
    "a:h0", "a:h0.", "a:h0.example.", "a:h0.example..", "a:.h0.example", "a:h0..example",
    "a:h0.example:25", "a:h0.123", "a:h0.-x", "a:h0.x-", "a:h0.1-2", "a:h0.1x", "a:h0_.example",
    "a:-h0.example", "a:h0.ex_ample", "a=h0.example", "a:h0.example,", "a,", "a:" + "x" * 64 + ".example",
    "a:h0.example/24/", "a:(h0.example)", "a:h0.example#", "a:x/y.example", "a:x/24.example",
    "mx:", "mx/33", "mx/8//129", "mx:h0.example/", "mxx", "mx:[192.0.2.1]",
    "ptr:", "ptr/24", "ptr//64", "prt", "ptr:d0.example/24",
    "include", "include:", "include:d0", "include:d0.example/24", "include:192.0.2.1", "include=d0.example",
    "exists", "exists:", "exists:x", "exists:h0.example/24", "exists:%{i}", "exists:%{ir}.%{v}",
    "redirect", "redirect=", "redirect:d0.example", "redirect=d0", "redirect=d0.example/24",
    "Redirect=d1.example", "exp", "exp=", "exp=e0", "EXP=e0.example", "exp:e0.example",
    "exists:%{x}.example", "exists:%{}.example", "exists:%{d.example", "exists:%d.example",
    "exists:%.example", "exists:x.example%", "exists:%{d0}.example", "exists:%{dr2}.example",
    "exists:%{d2rr}.example", "exists:%{d2;}.example", "exists:%{d r}.example", "exists:%{dd}.example",
    "exists:%{c}.example", "exists:%{r}.example", "exists:%{t}.example", "exists:%(d).example",
    "exists:%{d}}.example", "exists:%{{d}}.example", "exists:%{d}.123", "exists:%{d}x", "exists:x%%",
    "exists:%{d}.", "exists:%{d}..", "exists:%%%{d}", "exists:x.%_", "exists:%{D2}", "exists:%{o99999999999}",
    "exists:a!b$c.example", "exists:a\"b'c.example", "exists:{d}.example", "exists:~x.example",
    "moo", "moo:", "moo:x", "=", "=x", "1x=y", "_x=y", "x-=y", "moo=%", "moo=%{x}", "moo=%{c}", "moo=%{d",
    "v=spf1", "v=spf2", "V=SPF1", "op=auth", "default=pass", "a a", "\t-all", "-all\t", "a\tmx",
    "\x00", "\x7f", "a:h\xe9.example", "moo=\xe9", "\xa0", "-all\r", "\n",
)


def odd_term(chance: Random) -> str:
    text = chance.choice(_ODD_TERMS)
    return chance.choice(_QUALIFIERS) + text if chance.random() < 0.15 else text


def edited(chance: Random, text: str) -> str:
    """The text with one octet changed, left out, doubled or put in."""
    if not text:
        return text
    at = chance.randrange(len(text))
    strange = chance.choice("%{}/:=.-~?+ \tA9_,;!\"\\\xe9z")
    return chance.choice((
        text[:at] + strange + text[at + 1:],
        text[:at] + text[at + 1:],
        text[:at] + text[at] + text[at:],
        text[:at] + strange + text[at:]))
