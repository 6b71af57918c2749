"""The known differences: what is expected to differ, why, and who is right by the RFC.

A difference that no row explains is a finding. A row has a mend: the difference counts as explained
only if the peer, asked again with that fault mended, agrees with us, or says what another row
explains. Or it has patterns for what must have been said, where the words prove enough.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from comparison import dkimpy_mends, pyspf_mends
from comparison.mends import Mend
from comparison.verdicts import Compared


@dataclass(frozen=True)
class Known:
    """One row. `ours` and `theirs` are patterns for "result: reason", `what` for what was compared."""

    name: str
    why: str
    rfc: str
    mend: Mend | None = None
    ours: str = ""
    theirs: str = ""
    what: str = ""

    def fits(self, compared: Compared) -> bool:
        return all(re.search(pattern, str(text), re.DOTALL) for pattern, text in (
            (self.what, compared.what), (self.ours, compared.ours), (self.theirs, compared.theirs)))


# Where a row does not say otherwise, ours is right.
PYSPF = (
    Known("void lookups",
          "pyspf counts every lookup that finds nothing, also those of records and of names of the "
          "client; ours counts the terms, of which the RFC speaks. Both hold the limit of two",
          "7208 4.6.4", pyspf_mends.no_void_limit),
    Known("names that cannot be",
          "ours counts one as a lookup that finds nothing, pyspf does not. The RFC speaks of neither",
          "7208 4.6.4", pyspf_mends.impossible_names),
    Known("DNS errors of ptr",
          "pyspf ends the check, or drops the explanation; without an answer there is no match, and "
          "a name is left out", "7208 5.5", pyspf_mends.errors_of_ptr),
    Known("includes itself",
          "pyspf refuses before it evaluates; only what is reached counts, and no syntax is wrong",
          "7208 4.6, 5.2", pyspf_mends.includes_itself),
    Known("mail hosts",
          "pyspf asks for all before it looks at any, and refuses eleven at once; ours ends at the "
          "first that matches, so that errors behind it do not count. Both hold the limit of ten, "
          "and both are right", "7208 4.6.4, 5.4", pyspf_mends.mail_hosts_in_turn),
    Known("dots between parts",
          "pyspf joins the parts of %{v-} and the like by what divided them", "7208 7.3",
          pyspf_mends.joined_by_dots),
    Known("%% at the end", "pyspf takes it for no macro", "7208 7.1", pyspf_mends.every_escape),
    Known("sender without local part", "pyspf puts postmaster into %{l}, not into %{s}", "7208 4.3",
          pyspf_mends.whole_sender),
    Known("letters of the sender's domain",
          "pyspf keeps their case in explanations, and does not know such a domain again among the "
          "names of the client. In explanations both are right", "4343 3", pyspf_mends.small_letters),
    Known("reversal in capitals",
          "pyspf does not know R for r; a literal of the ABNF has any case", "7208 7.1; 5234 2.3",
          pyspf_mends.any_case_r),
    Known("modifiers in capitals",
          "pyspf does not know EXP= and Redirect=; their names have any case", "7208 4.6.1",
          pyspf_mends.modifiers_in_any_case),
    Known("quoted @", "pyspf takes the first @ for the one before the domain", "5321 4.1.2",
          pyspf_mends.last_at),
    Known("HELO with a final dot", "pyspf finds no domain in it. No RFC says", "7208 4.3",
          pyspf_mends.no_final_dot),
    Known("no HELO", "pyspf refuses a name that became empty; it is one that does not match",
          "7208 4.8", pyspf_mends.empty_names),
    Known("what a macro may hold",
          "pyspf passes over zero parts, what follows an r, and control characters", "7208 7.1",
          ours="^permerror: .*(is no macro delimiter|keeps 0 parts|a character that may not stand)"),
    Known("exists without a name", "pyspf takes ~exists for exists with the domain's own name",
          "7208 5.7", ours='^permerror: .*"" where ":" is expected'),
)

# Where a row does not say otherwise, ours is right. What ours refuses needs no mend: the reason says
# which rule of the RFC is broken.
DKIMPY = (
    Known("rsa-sha1", "dkimpy still verifies it; it MUST NOT be", "8301 3.1",
          ours="^permerror: a=rsa-sha1", theirs="^pass"),
    Known("part of the body",
          "a setting of ours: what is beyond l= is signed by nobody. Both are right", "6376 8.2",
          ours="^policy: the length tag leaves", theirs="^pass"),
    Known("l= beyond the body", "dkimpy takes a body that is shorter than l=", "6376 3.5",
          ours="^fail: the length tag is more", theirs="^pass"),
    Known("dates", "dkimpy forgives ten hours, ours five minutes. Both are right", "6376 3.5",
          ours="^neutral: the signature (is dated|has expired)", theirs="^pass"),
    Known("no From", "dkimpy takes it", "6376 5.4, 6.1.1",
          ours="^permerror: h= does not sign From", theirs="^pass"),
    Known("field names", "dkimpy takes names that no field can have", "6376 3.5",
          ours="^permerror: h= has (an empty field name|a field name that is none)", theirs="^pass"),
    Known("type of the key", "dkimpy takes the algorithm of the key, whatever a= says",
          "6376 6.1.2; 8463 3", ours="^permerror: the key is of another type", theirs="^pass"),
    Known("base64", "dkimpy passes over what is no base64", "6376 2.10, 6.1.2",
          ours="^permerror: (p= of the key record|bh=|b=) is not base64", theirs="^pass"),
    Known("domain names", "dkimpy takes names that are none", "6376 3.5",
          ours="^permerror: (d=|s=|i=) (holds no|is a single label|ends with a dot)", theirs="^pass"),
    Known("hashes of the key", "dkimpy does not read h= of the key record", "6376 3.6.1, 6.1.2",
          ours="^permerror: the key is not for SHA-256", theirs="^pass"),
    Known("subdomains", "dkimpy does not read t=s of the key record", "6376 3.6.1",
          ours="^permerror: the key is not for subdomains", theirs="^pass"),
    Known("version of the key", "where there is a v=, it is the first tag", "6376 3.6.1",
          ours="^permerror: v= of the key record is not DKIM1, or not its first tag", theirs="^pass"),
    Known("order of dates", "dkimpy does not compare x= with t=", "6376 3.5",
          ours="^permerror: x= is not later than t=", theirs="^pass"),
    Known("quoted-printable", "dkimpy does not decode i=", "6376 2.11, 3.5",
          ours="^permerror: i= is not DKIM-quoted-printable", theirs="^pass"),
    Known("quoted dots", "dkimpy does not decode i=", "6376 2.11, 3.5", dkimpy_mends.decoded_identity,
          theirs="^not pass: i= domain is not a subdomain"),
    Known("padding", "dkimpy wants it; the ABNF does not", "6376 2.10", dkimpy_mends.padding_added,
          theirs="^not pass: KeyFormatError: Incorrect padding"),
    Known("tag names", "dkimpy takes any characters after the first", "6376 3.2",
          ours="^permerror: not a tag name", theirs="^pass"),
    Known("service types", "dkimpy takes the whole of s= for one type; it is a list", "6376 3.6.1",
          dkimpy_mends.list_of_services, theirs="^not pass: None"),
    Known("query methods",
          "dkimpy takes the whole of q= for one method; it is a list, and unknown ones are ignored",
          "6376 3.5", dkimpy_mends.list_of_methods, theirs="^not pass: q= value is not dns/txt"),
    Known("capitals in values",
          "3.2 says that values have one case unless their tag says otherwise, the ABNF that literals "
          "have any; ours is the lenient one. Both can be defended", "6376 3.2; 5234 2.3",
          dkimpy_mends.values_in_any_case, theirs="^not pass: (unknown (signature )?algorithm|invalid c=)"),
    Known("white space before a colon", "dkimpy takes no message with it", "5322 4.5; 6376 3.4.2",
          dkimpy_mends.no_space_before_colon, theirs="^not pass: Unexpected characters in RFC822 header"),
    Known("several key records", "ours tries all, dkimpy the first. The RFC leaves it open",
          "6376 3.6.2.2", dkimpy_mends.other_key_record),
    Known("white space after b=",
          "dkimpy leaves white space after the value of b=, and b= as the first tag whole",
          "6376 3.7", dkimpy_mends.whole_b),
    Known("white space at the end of the own field",
          "dkimpy cuts it off for simple too, which changes nothing", "6376 3.4.1, 3.7",
          dkimpy_mends.white_space_of_own_field),
    Known("the own field in h=",
          "dkimpy selects the signature itself when h= names DKIM-Signature", "6376 3.7",
          dkimpy_mends.others_only),
    Known("another From",
          "dkimpy signs From once more than h= says; ours leaves several From fields to DMARC",
          "6376 5.4.2, 8.15", dkimpy_mends.from_as_often_as_signed),
    Known("last line without CRLF", "dkimpy keeps the white space at its end in relaxed",
          "6376 3.4.4", dkimpy_mends.last_line),
    Known("bare LF", "dkimpy takes it for the end of a line", "6376 3.4; 5321 2.3.8",
          dkimpy_mends.lines_end_in_crlf),
)

# Asks the peer again, with faults mended, for the same that was compared.
AskAgain = Callable[[tuple[Mend, ...]], Compared | None]

# So many faults may meet in one case.
_MAX_MENDS = 3


def explain(rows: tuple[Known, ...], compared: Compared, ask_again: AskAgain) -> Known | None:
    """The row that explains a difference; the first of them, where it takes several."""
    open_ends: list[tuple[Compared, tuple[Known, ...]]] = [(compared, ())]
    tried: set[frozenset[str]] = set()
    for seen, used in open_ends:
        for row in (row for row in rows if row not in used and row.fits(seen)):
            together = (*used, row)
            if row.mend is None:
                return together[0]
            if (names := frozenset(one.name for one in together)) in tried:
                continue
            tried.add(names)
            again = ask_again(tuple(one.mend for one in together))
            if again and again.agrees:
                return together[0]
            if again and len(together) < _MAX_MENDS:
                open_ends.append((again, together))
    return None
