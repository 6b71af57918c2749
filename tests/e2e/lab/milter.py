"""waarmerk-milter, the program under test: configured as by a postmaster, under its own user."""

import grp
import re
import shutil
import socket
from pathlib import Path

from lab.children import Child, Children, LabError
from lab.place import HOSTNAME, REPOSITORY, Place, make_folder

PROGRAM = "milter/waarmerk-milter"

# The configuration that is shipped, with every option in it.
_SHIPPED = REPOSITORY / "etc" / "waarmerk.toml"


def log_directory(place: Place) -> Path:
    """Where the aggregate log goes."""
    return place.logs / "aggregate"


def start_milter(place: Place, children: Children, policy: dict[str, str]) -> Child:
    """Starts the daemon with the settings of `policy`; it is ready when its socket answers."""
    account = place.accounts.milter
    program = place.state / "waarmerk-milter"
    if not program.exists():
        # The build folder may be where only root may enter.
        shutil.copy(place.programs / PROGRAM, program)
        directory = make_folder(log_directory(place), 0o750)
        shutil.chown(directory, account, account)
    config = write_config(place, "waarmerk.toml",
                          {("policy", name): f'"{value}"' for name, value in policy.items()})
    milter = children.start("waarmerk-milter", [program, "--config", config, "--log-stderr"],
                            user=account, groups=[account, place.accounts.mail_owner])
    milter.wait_until(lambda: _is_open_to_postfix(place), "its socket lets Postfix in")
    return milter


def write_config(place: Place, name: str, changes: dict[tuple[str, str], str]) -> Path:
    """A file of that name with the shipped configuration, as the laboratory needs it and changed so
    besides: (section, option) has a value."""
    config = place.state / name
    config.write_text(_edit(_SHIPPED.read_text(), _changes(place) | changes))
    return config


def _changes(place: Place) -> dict[tuple[str, str], str]:
    """What differs from the shipped configuration in every run, as (section, option): value."""
    return {
        ("", "mode"): '"enforce"',
        ("milter", "socket"): f'"unix:{place.socket}"',
        ("milter", "socket_group"): f'"{place.accounts.mail_owner}"',
        # It is started as its own user; there is nobody left to become.
        ("milter", "user"): '""',
        ("milter", "authserv_id"): f'"{HOSTNAME}"',
        # Ours decide; that the libraries find the same is expected of every message.
        ("verify", "engine"): '"both"',
        ("dns", "servers"): f'["{place.resolver.host}:{place.resolver.port}"]',
        ("log", "directory"): f'"{log_directory(place)}"',
    }


def _edit(config: str, changes: dict[tuple[str, str], str]) -> str:
    """The configuration with these options set, each where it stands, commented out or not."""
    section, missing, lines = "", dict(changes), []
    for line in config.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif option := re.match(r"(?:# )?(\w+) = ", line):
            value = missing.pop((section, option[1]), None)
            line = line if value is None else f"{option[1]} = {value}"
        lines.append(line)
    if missing:
        raise LabError(f"{_SHIPPED} has no line for "
                       + ", ".join(f"{option} in [{where}]" for where, option in missing))
    return "\n".join(lines) + "\n"


def _is_open_to_postfix(place: Place) -> bool:
    """We could connect at once, being root; Postfix needs the right group as well."""
    group = grp.getgrnam(place.accounts.mail_owner).gr_gid
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(place.socket))
            status = place.socket.stat()
        except OSError:
            return False
    return status.st_gid == group and status.st_mode & 0o060 == 0o060
