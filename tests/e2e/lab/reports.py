"""Reports to the domain owners about the mail that was sent, through the same Postfix.

A day is reported when it is over. The log is therefore read as if it were of the day before
yesterday; everything else is real: the collector, the sender, the resolver and its signed zones, and
the mail that arrives.
"""

import datetime
import email.policy
import gzip
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from lab.children import LabError, wait_until
from lab.milter import log_directory, write_config
from lab.place import REPOSITORY, Place, make_folder

PROGRAM = "cli/waarmerk"

# The mailboxes that get exactly one report each: the domain's own, and one elsewhere that agrees.
# No mail of bank.example or shop.example passed, so that neither would get any; shop.example is to
# get them all the same, but at a host that does not agree.
EXPECTED = {
    "dmarc@good.example": "good.example",
    "spfonly@reports.example": "spfonly.example",
}

_SCHEMA = REPOSITORY.parent / "shared/suites/dmarc-xsd/dmarc-2.0-rfc9990.xsd"
_SPACE = "{urn:ietf:params:xml:ns:dmarc-2.0}"


@dataclass(frozen=True)
class Reports:
    """What became of them."""

    summary: str
    problems: tuple[str, ...]


def exchange_reports(place: Place) -> Reports:
    """Collects, sends, sends again, and looks at what arrived. The milter must be running: Postfix
    hands it the reports as well."""
    days_log = _log_of_another_day(place)
    config = write_config(place, "reports.toml", {
        ("report", "store"): f'"{place.state}/reports.db"',
        ("report", "email"): '"dmarc@lab.example"',
        ("report", "smtp"): f'"{place.smtp[0].host}:{place.smtp[0].port}"',
        ("report", "smtp_tls"): '"none"',
        ("report", "spread_minutes"): "0",
        ("report", "always"): '["shop.example"]',
    })
    _waarmerk(place, "report", "collect", "--config", config, days_log)
    sent = _send(place, config)
    again = _send(place, config)
    problems = []
    if again["mails"] != 0:
        problems.append(f"a second run sent {again['mails']} mails again")
    mails = _arrived(place, sent["mails"])
    problems += _wrong_recipients(mails)
    validated = 0
    for mail in mails:
        found = _wrong_in(mail, days_log)
        problems += found
        validated += not found
    done = sent["reports_sent"] + sent["reports_without"]
    return Reports(f"reports: {done} domains, {len(mails)} mails delivered, "
                   + ("XML valid" if validated == len(mails) else "XML not valid"),
                   tuple(problems))


def _log_of_another_day(place: Place) -> Path:
    """The lines of this run with another date."""
    day = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).date().isoformat()
    folder = make_folder(place.state / "days-log")
    with (folder / f"aggregate-{day}.jsonl").open("w") as target:
        for file in sorted(log_directory(place).glob("aggregate-*.jsonl")):
            target.write(re.sub(r'"time":"\d{4}-\d\d-\d\dT', f'"time":"{day}T', file.read_text()))
    return folder


def _waarmerk(place: Place, *arguments: str | Path) -> str:
    done = subprocess.run([place.programs / PROGRAM, *arguments], capture_output=True, text=True,
                          timeout=120)
    (place.logs / "waarmerk-report.log").open("a").write(done.stdout + done.stderr)
    if done.returncode != 0:
        raise LabError(f"waarmerk {' '.join(map(str, arguments))} ended with status "
                       f"{done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _send(place: Place, config: Path) -> dict:
    return json.loads(_waarmerk(place, "report", "send", "--config", config, "--json"))


def _arrived(place: Place, count: int) -> list[EmailMessage]:
    """The reports in the inbox, once there are as many as were handed over."""
    found: list[EmailMessage] = []

    def all_there() -> bool:
        found.clear()
        for file in place.inbox.glob("new/*"):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if str(message["Subject"]).startswith("Report Domain:"):
                found.append(message)
        return len(found) >= count

    wait_until(all_there, f"{count} reports to be delivered")
    return found


def _wrong_recipients(mails: list[EmailMessage]) -> list[str]:
    got = sorted(str(mail["Delivered-To"] or mail["To"]) for mail in mails)
    return [] if got == sorted(EXPECTED) else [
        f"reports: expected one for each of {', '.join(sorted(EXPECTED))}, "
        f"got {', '.join(got) or 'none'}"]


def _wrong_in(mail: EmailMessage, days_log: Path) -> list[str]:
    """What is wrong with a report, one sentence each."""
    attachments = list(mail.iter_attachments())
    if [one.get_content_type() for one in attachments] != ["application/gzip"]:
        return [f"report to {mail['To']}: expected one application/gzip"]
    document = gzip.decompress(attachments[0].get_content())
    root = ElementTree.fromstring(document)
    domain = root.findtext(f"{_SPACE}policy_published/{_SPACE}domain", "")
    counted = sum(int(one.text or 0) for one in root.iter(f"{_SPACE}count"))
    found = []
    if domain != EXPECTED.get(str(mail["To"])):
        found.append(f"report to {mail['To']} is about {domain}")
    if counted != (logged := _logged(days_log, domain)):
        found.append(f"report about {domain} counts {counted} messages, the log has {logged}")
    if not attachments[0].get_filename().startswith(f"lab.example!{domain}!"):
        found.append(f"report about {domain} is called {attachments[0].get_filename()}")
    return found + _against_schema(document, domain)


def _logged(days_log: Path, domain: str) -> int:
    """Messages whose policy is that of the domain, and which were judged for good."""
    count = 0
    for file in days_log.iterdir():
        for line in file.read_text().splitlines():
            record = json.loads(line)
            judged = [one for one in [record.get("dmarc"), *record.get("dmarc_all", [])] if one]
            about = {one.get("policy_domain") for one in judged}
            count += domain in about and record["decision"]["action"] != "defer"
    return count


def _against_schema(document: bytes, domain: str) -> list[str]:
    """By xmllint, where it and the schema are there."""
    if not _SCHEMA.exists() or shutil.which("xmllint") is None:
        return []
    done = subprocess.run(["xmllint", "--noout", "--schema", _SCHEMA, "-"], input=document,
                          capture_output=True)
    return [] if done.returncode == 0 else [
        f"report about {domain} is not valid: {done.stderr.decode(errors='replace')}"]
