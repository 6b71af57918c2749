"""Where the laboratory is: folders, addresses and accounts of one run."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

HOSTNAME = "mx.lab.example"
RECIPIENT = "ann@lab.example"

REPOSITORY = Path(__file__).resolve().parents[3]

# Folders every Debian has, which a private mount can cover without hiding anything that is needed.
# The laboratory cannot live in the build folder: the checkout may be somewhere that only root may
# enter, and Postfix delivers as another user.
_MOUNT_POINTS = (Path("/mnt"), Path("/media"), Path("/srv"))


@dataclass(frozen=True)
class Endpoint:
    """An address and port that something listens on."""

    host: str
    port: int


@dataclass(frozen=True)
class Accounts:
    """Under which names the servers run; Postfix insists on an owner that is nobody else."""

    mail_owner: str
    setgid_group: str
    milter: str


@dataclass(frozen=True)
class Place:
    """One run's whereabouts. `private` means: in a namespace, on standard ports."""

    private: bool
    state: Path
    servers: Path
    programs: Path
    accounts: Accounts
    authority: Endpoint
    resolver: Endpoint
    smtp: tuple[Endpoint, ...]

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def queue(self) -> Path:
        return self.state / "postfix" / "queue"

    @property
    def inbox(self) -> Path:
        return self.state / "mail" / "inbox"

    @property
    def socket(self) -> Path:
        """Inside the queue directory: smtpd and cleanup see nothing outside their chroot."""
        return self.queue / "waarmerk" / "waarmerk.sock"

    def server_environment(self) -> dict[str, str]:
        """The environment in which unpacked programs find their unpacked libraries."""
        folders = [self.servers / "usr/lib/postfix", *self.servers.glob("usr/lib/*-linux-gnu")]
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C",
            "LD_LIBRARY_PATH": ":".join(map(str, folders)),
        }


def mount_point(*visible: Path) -> Path:
    """A folder to mount the laboratory on that hides none of the paths in `visible`."""
    for folder in _MOUNT_POINTS:
        if folder.is_dir() and not any(path.is_relative_to(folder) for path in visible):
            return folder
    raise SystemExit("no folder to mount the laboratory on: the checkout is in all of "
                     + ", ".join(map(str, _MOUNT_POINTS)))


def private_place(state: Path, servers: Path, programs: Path, *, ipv6: bool) -> Place:
    """The laboratory in its own namespace, where all ports and addresses are free."""
    smtp = [Endpoint("192.0.2.25", 25)] + ([Endpoint("2001:db8::25", 25)] if ipv6 else [])
    return Place(
        private=True, state=state, servers=servers, programs=programs,
        accounts=Accounts("postfix", "postdrop", "waarmerk"),
        authority=Endpoint("192.0.2.53", 53),
        resolver=Endpoint("127.0.0.1", 53),
        smtp=tuple(smtp))


def shared_place(state: Path, servers: Path, programs: Path) -> Place:
    """The laboratory on high ports of the machine itself, where no namespace is to be had.

    The accounts are some that every Debian has and no program uses.
    """
    authority, resolver, smtp = _free_ports(3)
    return Place(
        private=False, state=state, servers=servers, programs=programs,
        accounts=Accounts("uucp", "news", "games"),
        authority=Endpoint("127.0.0.1", authority),
        resolver=Endpoint("127.0.0.1", resolver),
        smtp=(Endpoint("127.0.0.1", smtp),))


def _free_ports(count: int) -> list[int]:
    """Ports that were free for TCP and UDP a moment ago; all are held until all are chosen."""
    held: list[socket.socket] = []
    ports: list[int] = []
    while len(ports) < count:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held += [tcp, udp]
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            continue
        ports.append(tcp.getsockname()[1])
    for one in held:
        one.close()
    return ports


def make_folder(path: Path, mode: int = 0o755, owner: int = 0, group: int = 0) -> Path:
    """Creates `path` with exactly this mode and owner, whatever the umask says."""
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, owner, group)
    path.chmod(mode)
    return path
