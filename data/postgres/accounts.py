"""Users of the operating system: who we are, running a program as somebody else, handing files over."""

import contextlib
import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import TypedDict

from data.errors import ClusterError
from data.postgres import texts


class AsUser(TypedDict, total=False):
    """The arguments of ``subprocess.run`` that choose a user."""

    user: int
    group: int
    extra_groups: list[int]


def is_root() -> bool:
    """Whether we may become any user."""
    return os.geteuid() == 0


def current() -> str:
    """Return our own user name.

    Raises
    ------
    ClusterError
        The number has no name, as in some containers; PostgreSQL could not tell who we are either.
    """
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise ClusterError(texts.NAMELESS_USER.format(uid=uid)) from error


def look_up(name: str) -> pwd.struct_passwd:
    """Return the account of that name; ``ClusterError`` when there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise ClusterError(texts.NO_SERVER_USER.format(owner=name)) from error


def as_user(name: str) -> AsUser:
    """Return what makes ``subprocess`` run a program as ``name``: nothing when we are that user."""
    account = look_up(name)
    if os.geteuid() == account.pw_uid:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def can_enter(folder: Path, name: str) -> bool:
    """Whether that user can pass through every folder on the way to ``folder`` and into it."""
    command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=10, check=False, cwd="/", **as_user(name))
    return done.returncode == 0


def give(path: Path, name: str) -> None:
    """Hand a file over to that user when we are root; otherwise it is ours already."""
    if is_root():
        account = look_up(name)
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def owns_folder(folder: Path, name: str) -> bool:
    """Whether ``folder`` is a real folder (not a link to one) of that user."""
    with contextlib.suppress(OSError):
        state = folder.lstat()
        return stat.S_ISDIR(state.st_mode) and state.st_uid == look_up(name).pw_uid
    return False
