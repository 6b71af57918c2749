"""A private namespace of Linux: own network, mounts, processes and host name.

Inside, 192.0.2.25:25 and 127.0.0.1:53 are free on any machine, a client may come from any address,
and /etc is ours. When its first process ends, the kernel ends all others and drops all mounts.
"""

import os
import shutil
import signal
import socket
import subprocess
import threading
from pathlib import Path

from lab.place import HOSTNAME, make_folder

# The namespace dies with unshare, and unshare with us, even if we are killed.
_ENTER = ("setpriv", "--pdeathsig", "KILL",
          "unshare", "--net", "--mount", "--pid", "--uts", "--fork", "--mount-proc", "--kill-child")

# What the laboratory does first inside; a container may allow the namespaces and refuse these.
_TRIAL = ("sh", "-c", "mount -t tmpfs tmpfs /mnt && ip link set lo up")

_ADDRESSES = ("192.0.2.25", "192.0.2.53")
_ADDRESSES_V6 = ("2001:db8::25",)

# Programs need little of /etc; what is left out cannot make one machine differ from another.
_KEPT_FROM_ETC = ("ld.so.cache", "localtime", "protocols", "services", "ssl/openssl.cnf")

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def refusal() -> str:
    """Why no namespace can be had here; empty when it can."""
    trial = subprocess.run([*_ENTER, *_TRIAL], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, text=True)
    return "" if trial.returncode == 0 else (trial.stderr.strip() or "no reason given")


def run_inside(command: list[str]) -> int:
    """Runs `command` as the first process of a new namespace; returns its exit status."""
    process = subprocess.Popen([*_ENTER, *command])
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal told the process inside as well: it cleans up and keeps its logs.
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            pass
        return 128 + signal.SIGINT
    finally:
        process.kill()
        process.wait()


def furnish(state: Path, clients: list[str]) -> bool:
    """Makes the namespace we are in a home for `clients` and servers; tells whether it has IPv6.

    `state` becomes a file system in memory and holds everything the run writes.
    """
    socket.sethostname(HOSTNAME)
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", state)
    _furnish_etc(state / "etc")
    _furnish_dev(state / "dev")
    _read_syslog(make_folder(state / "log") / "syslog")
    return _add_addresses(clients)


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)


def _add_addresses(clients: list[str]) -> bool:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (*_ADDRESSES, *(one for one in clients if ":" not in one)):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    for address in (*_ADDRESSES_V6, *(one for one in clients if ":" in one)):
        added = subprocess.run(["ip", "-6", "address", "add", f"{address}/128", "dev", "lo"],
                               stderr=subprocess.DEVNULL)
        if added.returncode != 0:
            return False
    return True


def _furnish_etc(etc: Path) -> None:
    """An /etc with our names and users. Those of Postfix exist nowhere else."""
    make_folder(etc)
    for name in _KEPT_FROM_ETC:
        source = Path("/etc") / name
        if source.exists():
            make_folder((etc / name).parent)
            shutil.copy(source, etc / name)
    # Without these links a shell in here would not even find awk.
    shutil.copytree("/etc/alternatives", etc / "alternatives", symlinks=True)
    (etc / "hosts").write_text(f"127.0.0.1 localhost\n192.0.2.25 {HOSTNAME} mx\n")
    (etc / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    (etc / "passwd").write_text("root:x:0:0::/:/bin/sh\n"
                                "nobody:x:65534:65534::/:/usr/sbin/nologin\n"
                                "postfix:x:801:801::/:/usr/sbin/nologin\n"
                                "waarmerk:x:803:803::/:/usr/sbin/nologin\n")
    (etc / "group").write_text("root:x:0:\nnogroup:x:65534:\npostfix:x:801:waarmerk\n"
                               "postdrop:x:802:\nwaarmerk:x:803:\n")
    _mount("--bind", etc, "/etc")


def _furnish_dev(dev: Path) -> None:
    """A /dev in which /dev/log is ours: nothing of a run reaches the machine's own log."""
    make_folder(dev)
    for name in _DEVICES:
        (dev / name).touch()
        _mount("--bind", f"/dev/{name}", dev / name)
    (dev / "fd").symlink_to("/proc/self/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (dev / name).symlink_to(f"/proc/self/fd/{number}")
    make_folder(dev / "shm", 0o1777)
    _mount("--rbind", dev, "/dev")


def _read_syslog(file: Path) -> None:
    """Plays the system's log daemon: each datagram on /dev/log becomes a line of `file`."""
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)

    def read() -> None:
        with file.open("ab", buffering=0) as out:
            while True:
                out.write(log.recv(65536).rstrip(b"\n\0") + b"\n")

    threading.Thread(target=read, daemon=True, name="syslog").start()
