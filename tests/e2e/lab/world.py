"""Everything together: the servers come up, messages are sent, and their outcomes collected."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lab.children import Child, Children
from lab.dns import start_knot, start_unbound
from lab.keys import Keys, make_keys
from lab.milter import log_directory, start_milter
from lab.observe import AggregateLog, Outcome, follow
from lab.place import HOSTNAME, Place, make_folder
from lab.postfix import start_postfix
from lab.reports import Reports, exchange_reports
from lab.scenarios import Scenario
from lab.smtp import send
from lab.zones import ZONES

Say = Callable[[str], None]


@dataclass
class World:
    """A laboratory with DNS and mail running. Without the milter it can only test itself."""

    place: Place
    children: Children
    keys: Keys
    say: Say
    with_milter: bool
    milter: Child | None = None
    # What went wrong with the daemon itself, whatever it did with the messages.
    complaints: list[str] = field(default_factory=list)

    def run(self, scenarios: Iterable[Scenario]) -> Iterator[Outcome]:
        """Sends the messages one after the other; the daemon restarts when the settings change."""
        log = AggregateLog(log_directory(self.place))
        for policy, group in itertools.groupby(scenarios, key=lambda one: one.policy):
            if self.with_milter:
                self.use(policy)
            for scenario in group:
                message = scenario.letter.message(scenario.name, self.keys)
                reply = send(self.place, scenario.client, scenario.mail_from, message)
                lines = tuple(log.new_lines())
                where, delivered = follow(self.place, reply)
                yield Outcome(scenario, reply, where, lines, delivered)
        self.stop_milter()

    def report(self) -> Reports:
        """Sends the domain owners their reports about the mail of run(), and follows them."""
        begin = time.monotonic()
        self.use({})
        reports = exchange_reports(self.place)
        self.stop_milter()
        self.say(f"reports collected, sent and followed ({time.monotonic() - begin:.1f} s)")
        return reports

    def use(self, policy: dict[str, str]) -> None:
        self.stop_milter()
        self.milter = timed(
            self.say, "waarmerk-milter attached" + "".join(
                f', {name} = "{value}"' for name, value in policy.items()),
            lambda: start_milter(self.place, self.children, policy))

    def stop_milter(self) -> None:
        """Ends the daemon as systemd would; it must then end in order."""
        if self.milter:
            status = self.children.stop(self.milter)
            if status != 0:
                self.complaints.append(
                    f"waarmerk-milter ended with status {status}, not 0. Its last words:\n"
                    + self.milter.last_words())
            self.milter = None


@contextlib.contextmanager
def world(place: Place, say: Say, *, with_milter: bool) -> Iterator[World]:
    """Brings DNS and mail up; whatever happens, everything is down again afterwards."""
    make_folder(place.logs)
    keys = make_keys()
    with Children(place.logs) as children:
        timed(say, f"Knot signs and serves {len(ZONES)} zones",
              lambda: start_knot(place, children, keys))
        timed(say, "Unbound resolves and validates", lambda: start_unbound(place, children))
        timed(say, f"Postfix is {HOSTNAME}",
              lambda: start_postfix(place, children, milter=with_milter))
        yield World(place, children, keys, say, with_milter)


def timed(say: Say, what: str, start: Callable[[], Child]) -> Child:
    """Does it and says how long it took."""
    begin = time.monotonic()
    child = start()
    say(f"{what} ({time.monotonic() - begin:.1f} s)")
    return child
