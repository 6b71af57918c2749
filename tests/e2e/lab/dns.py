"""The names of the laboratory: Knot signs and serves the zones, Unbound resolves and validates."""

import socket
import struct
import subprocess

from lab.children import Child, Children, LabError
from lab.keys import Keys
from lab.place import Endpoint, Place, make_folder
from lab.zones import ZONES, Zone

_KNOT = """\
server:
    rundir: {folder}
    listen: {listen.host}@{listen.port}
    background-workers: 1
database:
    storage: {folder}/db
log:
  - target: stderr
    any: info
policy:
  - id: lab
    algorithm: ecdsap256sha256
    single-type-signing: on
zone:
"""

_KNOT_ZONE = """\
  - domain: {zone.origin}
    file: {file}
    zonefile-sync: -1
    journal-content: none
"""

_KNOT_SIGNED = """\
    dnssec-signing: on
    dnssec-policy: lab
"""

# Negative answers and failed validations are forgotten soon, so that scenarios do not meet each
# other's. The reverse zones of documentation addresses are empty in Unbound unless it is told.
_UNBOUND = """\
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    interface: {listen.host}@{listen.port}
    num-threads: 1
    so-sndbuf: 0
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor-file: "{folder}/anchors"
    ede: yes
    val-bogus-ttl: 1
    cache-max-negative-ttl: 1
remote-control:
    control-enable: no
"""

_UNBOUND_ZONE = """\
server:
    local-zone: "{zone.origin}" nodefault
stub-zone:
    name: "{zone.origin}"
    stub-addr: {authority.host}@{authority.port}
"""


def start_knot(place: Place, children: Children, keys: Keys) -> Child:
    """Starts the signer; it answers when all zones are signed."""
    folder = make_folder(place.state / "knot")
    make_folder(folder / "db")
    config = _KNOT.format(folder=folder, listen=place.authority)
    for zone in ZONES:
        file = folder / f"{zone.name or 'root'}.zone"
        file.write_text(zone.text(keys))
        config += _KNOT_ZONE.format(zone=zone, file=file) + (_KNOT_SIGNED if zone.signed else "")
    (folder / "knot.conf").write_text(config)
    knot = children.start("knot", [place.servers / "usr/sbin/knotd", "-c", folder / "knot.conf"],
                          env=place.server_environment())
    for zone in ZONES:
        knot.wait_until(lambda name=zone.origin: _answers(place.authority, name),
                        f"it serves {zone.origin}")
    return knot


def start_unbound(place: Place, children: Children) -> Child:
    """Starts the resolver, with the trust anchors that Knot's keys give."""
    folder = make_folder(place.state / "unbound")
    (folder / "anchors").write_text("".join(
        _trust_anchor(place, zone) + "\n" for zone in ZONES if zone.signed))
    config = _UNBOUND.format(folder=folder, listen=place.resolver)
    for zone in ZONES:
        config += _UNBOUND_ZONE.format(zone=zone, authority=place.authority)
    (folder / "unbound.conf").write_text(config)
    unbound = children.start(
        "unbound", [place.servers / "usr/sbin/unbound", "-d", "-c", folder / "unbound.conf"],
        env=place.server_environment())
    unbound.wait_until(lambda: _answers(place.resolver, "lab.example."), "it resolves lab.example")
    return unbound


def _trust_anchor(place: Place, zone: Zone) -> str:
    """The DS record of a zone's key, or for a bogus zone one that is wrong in its last digits."""
    keymgr = place.servers / "usr/sbin/keymgr"
    listing = subprocess.run(
        [keymgr, "-c", place.state / "knot/knot.conf", zone.origin, "ds"],
        env=place.server_environment(), capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        if " DS " in line and " 13 2 " in line:
            return line[:-8] + f"{~int(line[-8:], 16) & 0xffffffff:08x}" if zone.bogus else line
    raise LabError(f"keymgr shows no DS record of {zone.origin}: {listing.stderr.strip()}")


def _answers(server: Endpoint, name: str) -> bool:
    """Whether `server` answers a question for the SOA of `name` with an answer."""
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    query = struct.pack("!6H", 0x5761, 0x0100, 1, 0, 0, 0) + question + struct.pack("!2H", 6, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.5)
        try:
            udp.connect((server.host, server.port))
            udp.send(query)
            reply = udp.recv(4096)
        except OSError:
            return False
    if len(reply) < 12:
        return False
    _, flags, _, answers = struct.unpack("!4H", reply[:8])
    return flags & 0xF == 0 and answers > 0
