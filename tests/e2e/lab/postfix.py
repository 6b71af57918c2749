"""A private Postfix: its own configuration, queue and mailbox, nothing of the machine's.

`master` is started directly instead of by the postfix command, whose scripts would want to set up
an installation. What they do beyond that, the queue directories, is done here.
"""

import grp
import os
import pwd
import shutil
from pathlib import Path

from lab.children import Child, Children
from lab.place import HOSTNAME, Endpoint, Place, make_folder

_MAIN = """\
compatibility_level = 3.6
myhostname = {hostname}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = all
queue_directory = {place.queue}
data_directory = {place.state}/postfix/data
command_directory = {place.servers}/usr/sbin
daemon_directory = {place.servers}/usr/lib/postfix/sbin
shlib_directory = {place.servers}/usr/lib/postfix
meta_directory = {place.servers}/etc/postfix
mail_owner = {place.accounts.mail_owner}
setgid_group = {place.accounts.setgid_group}
# Postfix gives its daemons a clean environment; they need to find their libraries.
import_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH
maillog_file = {place.logs}/postfix.log
maillog_file_prefixes = {place.logs}

# Every recipient of these domains has the same inbox, and mail goes nowhere else. The others are
# those whose owners could get reports.
virtual_mailbox_domains = lab.example, good.example, reports.example, stranger.example
virtual_mailbox_base = {place.state}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
default_transport = error:the laboratory sends nothing out
alias_maps =
alias_database =
smtpd_relay_restrictions = reject_unauth_destination
# A message is delivered as it came.
local_header_rewrite_clients =
smtpd_peername_lookup = {lookup}
smtpd_authorized_xclient_hosts = {xclient}
"""

# The two lines of the README, and nothing about macros or protocols: the milter asks by itself.
_MILTER = """
smtpd_milters = unix:waarmerk/waarmerk.sock
milter_default_action = tempfail
"""

# Chrooted are those that Debian's master.cf puts into the chroot.
_MASTER = """\
{listeners}
cleanup   unix  n  -  y  -      0  cleanup
qmgr      unix  n  -  n  300    1  qmgr
rewrite   unix  -  -  y  -      -  trivial-rewrite
bounce    unix  -  -  y  -      0  bounce
defer     unix  -  -  y  -      0  bounce
trace     unix  -  -  y  -      0  bounce
error     unix  -  -  y  -      -  error
retry     unix  -  -  y  -      -  error
virtual   unix  -  n  n  -      -  virtual
proxymap  unix  -  -  n  -      -  proxymap
anvil     unix  -  -  y  -      1  anvil
showq     unix  n  -  y  -      -  showq
postlog   unix-dgram n - n -    1  postlogd
"""

# name: (mode, whether the group is that of postdrop)
_QUEUE_FOLDERS = {
    "active": (0o700, False), "bounce": (0o700, False), "corrupt": (0o700, False),
    "defer": (0o700, False), "deferred": (0o700, False), "flush": (0o700, False),
    "hold": (0o700, False), "incoming": (0o700, False), "private": (0o700, False),
    "saved": (0o700, False), "trace": (0o700, False),
    "maildrop": (0o730, True), "public": (0o710, True),
}


def start_postfix(place: Place, children: Children, *, milter: bool) -> Child:
    """Starts Postfix, with the milter attached or without; it is ready when it greets."""
    folder = make_folder(place.state / "postfix")
    config = make_folder(folder / "etc")
    (config / "main.cf").write_text(_main(place, milter))
    # A file that has just changed may be half written: each daemon would wait seconds for it.
    os.utime(config / "main.cf", (0, 0))
    listeners = "\n".join(map(_listener, place.smtp))
    (config / "master.cf").write_text(_MASTER.format(listeners=listeners))
    _make_folders(place)
    # -d: in the foreground. -e: it changes its user, which undoes the precaution that Children
    # takes against being killed, so at the very least it ends by itself after an hour.
    postfix = children.start(
        "postfix-master",
        [place.servers / "usr/lib/postfix/sbin/master", "-d", "-e", "3600", "-c", config],
        env={**place.server_environment(), "MAIL_CONFIG": str(config)})
    sockets = [place.queue / "public" / "cleanup", place.queue / "private" / "virtual"]
    postfix.wait_until(lambda: all(one.exists() for one in sockets), "its sockets exist")
    return postfix


def _main(place: Place, milter: bool) -> str:
    text = _MAIN.format(
        hostname=HOSTNAME, place=place,
        lookup="yes" if place.private else "no",
        xclient="" if place.private else "127.0.0.1")
    return text + _MILTER if milter else text


def _listener(endpoint: Endpoint) -> str:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{host}:{endpoint.port}  inet  n  -  y  -  -  smtpd"


def _make_folders(place: Place) -> None:
    """The queue as an installation would make it, a mailbox, and a room for the milter's socket."""
    owner = pwd.getpwnam(place.accounts.mail_owner)
    postdrop = grp.getgrnam(place.accounts.setgid_group).gr_gid
    milter = pwd.getpwnam(place.accounts.milter)
    make_folder(place.queue)
    for name, (mode, is_postdrop) in _QUEUE_FOLDERS.items():
        make_folder(place.queue / name, mode, owner.pw_uid, postdrop if is_postdrop else 0)
    make_folder(place.queue / "pid")
    make_folder(place.queue / "waarmerk", 0o750, milter.pw_uid, owner.pw_gid)
    make_folder(place.state / "postfix" / "data", 0o700, owner.pw_uid)
    make_folder(place.state / "mail", 0o755, 65534, 65534)
    make_folder(place.inbox, 0o700, 65534, 65534)
    # What a chrooted process still looks up by itself.
    for name in ("hosts", "resolv.conf", "nsswitch.conf", "services", "localtime"):
        if (source := Path("/etc") / name).exists():
            make_folder(place.queue / "etc")
            shutil.copy(source, place.queue / "etc" / name)
