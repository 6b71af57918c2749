"""Results as a person reads them."""

import textwrap

from lab.observe import Outcome, differences

_HEAD = ("", "message", "SPF", "DKIM", "DMARC", "Postfix said", "ended up in")
_WIDTH = 100


def table(outcomes: list[Outcome]) -> str:
    """One row for each message, and below it whatever is not as expected."""
    rows = [_row(outcome) for outcome in outcomes]
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    lines = [_line(_HEAD, widths), "-" * (sum(widths) + 2 * (len(widths) - 1))]
    for row, outcome in zip(rows, outcomes):
        lines.append(_line(row, widths))
        lines += [f"{'':{widths[0]}}    -> {text}" for text in differences(outcome)]
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths)).rstrip()


def _row(outcome: Outcome) -> tuple[str, ...]:
    return ("WRONG" if differences(outcome) else "ok", outcome.scenario.title,
            outcome.spf, " ".join(outcome.dkim) or "-", outcome.dmarc,
            _short(str(outcome.reply)), outcome.where.value)


def _short(reply: str) -> str:
    """Only the codes: "250 2.0.0"."""
    return " ".join(reply.split()[:2])


def engines(outcomes: list[Outcome]) -> str:
    """Whether the libraries found what ours did; each message was given to both."""
    apart = sum(1 for outcome in outcomes if outcome.disagreements)
    return f"engines: {len(outcomes)} messages, " + (
        f"disagreement about {apart}" if apart else "no disagreement")


def closely(outcome: Outcome) -> str:
    """The log line and the delivered header of one message, whole."""
    parts = [f'A closer look at "{outcome.scenario.title}". Its line in the aggregate log:', ""]
    parts += [_wrapped(line) for line in outcome.lines]
    if outcome.delivered:
        parts += ["", "The header of the delivered message:", "",
                  textwrap.indent(outcome.delivered.header, "    ")]
    return "\n".join(parts)


def _wrapped(line: str) -> str:
    """A long line for a narrow screen; nothing is added or left out but the breaks."""
    step = _WIDTH - 4
    return "\n".join("    " + line[at:at + step] for at in range(0, len(line), step))


ATTACH = """\
To attach it to your own Postfix, give it the socket /var/spool/postfix/waarmerk/waarmerk.sock and
add to /etc/postfix/main.cf (a relative path on purpose: smtpd runs inside the queue directory):

    smtpd_milters = unix:waarmerk/waarmerk.sock
    milter_default_action = tempfail
"""
