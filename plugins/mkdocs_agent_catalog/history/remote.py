"""Where the repository is hosted, and what of it is checked out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..model.repositories import Repository
from . import git

# How each host edits a file of a branch (Bitbucket has no address for it: it shows the file).
_EDIT_PATHS = {"github": "edit/{branch}/", "gitlab": "-/edit/{branch}/", "bitbucket": "src/{branch}/"}
# git@host:team/name.git, ssh://git@host/team/name.git, https://token@host/team/name.git
_ADDRESS = re.compile(r"(?:\w+://)?(?:[^@/]*@)?(\w[\w-]*(?:\.[\w-]+)+)(?::\d+)?[:/]([\w./-]+?)(?:\.git)?/?")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the repository is hosted. ``host`` is ``github``, ``gitlab``, ``bitbucket`` or empty, ``url`` its
    web address, or empty where there is none; ``folder`` is the folder below the top of the repository, with
    a slash at its end, or empty for the top. ``branch`` is empty where none is checked out."""

    host: str = ""
    url: str = ""
    branch: str = ""
    folder: str = ""

    @property
    def edit_url(self) -> str:
        """Where the files of the folder are edited; empty if it is not known."""
        path = _EDIT_PATHS.get(self.host, "").format(branch=self.branch or "main")
        return f"{self.url}/{path}{self.folder}" if path and self.url else ""

    @property
    def pages_url(self) -> str:
        """Where GitHub Pages or GitLab Pages publishes the repository; empty if it is not known, as with a
        server of one's own."""
        for domain, suffix in (("github.com", "github.io"), ("gitlab.com", "gitlab.io")):
            owner, _, name = self.url.removeprefix(f"https://{domain}/").partition("/")
            if self.url.startswith(f"https://{domain}/") and name:
                root = f"{owner.lower()}.{suffix}"
                return f"https://{root}/" if name.lower() == root else f"https://{root}/{name}/"
        return ""


def find_remote(repo: Path) -> Remote:
    """The remote ``origin`` of ``repo`` and the branch that is checked out. Never raises."""
    address = git.ask(repo, "config", "--get", "remote.origin.url")
    branch = git.ask(repo, "symbolic-ref", "--short", "HEAD")
    folder = git.ask(repo, "rev-parse", "--show-prefix")
    return make_remote(address, branch, folder)


def make_remote(address: str, branch: str, folder: str = "") -> Remote:
    """The remote at ``address``, which may be one for git, with a user and a password."""
    match = _ADDRESS.fullmatch(address)
    if not match:
        return Remote(branch=branch, folder=folder)
    host = next((name for name in _EDIT_PATHS if name in match[1].lower()), "")
    return Remote(host, f"https://{match[1]}/{match[2].strip('/')}", branch, folder)


def find_own_repository(repo: Path, url: str = "", edit_url: str = "") -> Repository:
    """What git knows of ``repo``. ``url`` and ``edit_url`` are what the site says; they win. No address in it
    has a user or a password. Never raises."""
    remote = find_remote(repo)
    edited = edit_url or (f"{remote.edit_url}{{path}}" if remote.edit_url else "")
    return Repository(
        ".",
        _remove_user(url).rstrip("/") or remote.url,
        remote.branch,
        git.find_head(repo),
        _remove_user(edited),
    )


def _remove_user(address: str) -> str:
    """``address`` without the user and the password before its host."""
    return re.sub(r"(?<=://)[^/?#]*@", "", address)


def find_top(repo: Path) -> Path:
    """The top folder of the repository that ``repo`` lies in, or ``repo``."""
    top = git.ask(repo, "rev-parse", "--show-toplevel")
    return Path(top).resolve() if top else repo
