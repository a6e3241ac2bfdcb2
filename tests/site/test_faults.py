"""What goes wrong while it works: files, disks, git and other builds."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, load_catalog
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.history import git, log
from mkdocs_agent_catalog.history.past_trees import list_commits
from mkdocs_agent_catalog.mkdocs_adapter import watch
from mkdocs_agent_catalog.plugin import AgentCatalogPlugin
from mkdocs_agent_catalog.reading import discovery, disk, file_reader
from mkdocs_agent_catalog.text.strings import make_slug
from reading import PLACES
from sites import ENVIRONMENT, agent, settings, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes, links and signals of Unix")


@pytest.fixture
def hurry() -> Iterator[None]:
    """Ends a test that blocks: what waits for a pipe would wait for ever."""

    def late(*_: object) -> None:
        raise TimeoutError("it blocks")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """For whom permissions count in ``folder``: root reads everything."""
    if os.geteuid() != 0:
        yield
        return
    for above in (folder, *folder.parents[:4]):
        above.chmod(above.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def found(repo: Path) -> tuple[list[str], dict[str, str]]:
    """The paths of what is read in ``repo``, and of what is not the reasons."""
    result = discovery.discover(repo, PLACES)
    assert {note.span.path for note in result.notes} <= {skipped.path for skipped in result.skipped}
    return [source.path for source in result.sources], {
        skipped.path: skipped.reason for skipped in result.skipped
    }


def test_a_file_that_vanishes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"agents/a.md": agent("a"), "agents/b.md": agent("b"), "skills/s/SKILL.md": agent("s")})
    reading = file_reader.read_bytes

    def vanished(path: Path) -> bytes:
        if path.name != "a.md":
            path.unlink()
        return reading(path)

    monkeypatch.setattr(file_reader, "read_bytes", vanished)
    there, reasons = found(tmp_path)
    assert there == ["agents/a.md"]
    assert set(reasons) == {"agents/b.md", "skills/s/SKILL.md"}
    assert "No such file" in reasons["agents/b.md"]


def test_a_folder_that_vanishes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"agents/a.md": agent("a"), "agents/deep/b.md": agent("b")})
    listing = os.scandir

    def vanished(path: str) -> object:
        if str(path).endswith("deep"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", vanished)
    there, reasons = found(tmp_path)
    assert there == ["agents/a.md"]
    assert set(reasons) == {"agents/deep"}


def test_what_nobody_may_read_is_told(tmp_path: Path) -> None:
    files = ("agents/a.md", "agents/b.md", "agents/deep/c.md", "skills/s/SKILL.md", "plugins/p/agents/x.md")
    write(tmp_path, {name: agent(make_slug(name)) for name in files})
    shut = [tmp_path / name for name in ("agents/b.md", "agents/deep", "skills", "plugins")]
    for path in shut:
        path.chmod(0)
    try:
        with nobody(tmp_path):
            there, reasons = found(tmp_path)
            assert watch.list_watch_paths(tmp_path, None, tmp_path / "site")
    finally:
        for path in shut:
            path.chmod(0o755)
    assert there == ["agents/a.md"]
    assert {"agents/b.md", "agents/deep", "skills"} <= set(reasons)


def test_links_that_lead_nowhere_round_or_out_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"repo/agents/a.md": agent("a"), "away/secret.md": agent("secret-of-another")})
    repo, agents = tmp_path / "repo", tmp_path / "repo/agents"
    (agents / "loop.md").symlink_to(agents / "loop.md")
    (agents / "round.md").symlink_to(agents / "round2.md")
    (agents / "round2.md").symlink_to(agents / "round.md")
    (agents / "broken.md").symlink_to(agents / "nothing.md")
    (agents / "out.md").symlink_to(tmp_path / "away/secret.md")
    (agents / "outer").symlink_to(tmp_path / "away")
    (agents / "up").symlink_to(repo)
    (repo / "skills").symlink_to(repo / "skills")
    (repo / ".mcp.json").symlink_to("/dev/zero")
    (repo / "catalog.links.json").symlink_to("/dev/zero")
    there, reasons = found(repo)
    assert there == ["agents/a.md"]
    names = [*(f"{name}.md" for name in ("loop", "round", "round2", "broken", "out")), "outer"]
    assert {f"agents/{name}" for name in names} == set(reasons)
    site = build(repo, Options())
    assert not any("secret-of-another" in str(output.content) for output in site.outputs)
    assert site.catalog.ledger.broken is not None


def test_pipes_sockets_and_devices_block_nothing(tmp_path: Path, hurry: None) -> None:
    write(tmp_path, {"agents/a.md": agent("a"), "skills/s/x.md": "", ".claude-plugin/x": ""})
    for name in (
        "agents/p.md",
        "skills/s/SKILL.md",
        ".mcp.json",
        ".claude-plugin/plugin.json",
        "catalog.links.json",
        ".factory/commands/go",
        ".factory/commands/go.md",
        ".factory/droids/d.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(tmp_path / name)
    (tmp_path / "agents/null.md").symlink_to("/dev/zero")
    here = os.getcwd()
    os.chdir(tmp_path / "agents")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.md")
        os.chdir(here)
        there, reasons = found(tmp_path)
    assert there == ["agents/a.md"]
    assert {"agents/p.md", "agents/socket.md", "skills/s/SKILL.md"} <= set(reasons)
    ledger = load_catalog(tmp_path, Options()).ledger
    assert ledger.broken is not None
    assert "regular" in str(ledger.broken)


RAW = {
    "nul.md": agent("nul-bytes").encode() + b"\0\0x\0",
    "bom.md": b"\xef\xbb\xbf" + agent("with-bom").encode(),
    "utf16.md": agent("utf16").encode("utf-16"),
    "latin.md": agent("latin").encode() + b"caf\xe9",
    "empty.md": b"",
    "noise.md": bytes(range(256)) * 40,
    "halves.md": agent("halves").encode() + "\ud800".encode("utf-8", "surrogatepass"),
}
NAMES = {
    b"new\nline.md": "new",
    b"bad\xff\xfe.md": "bad",
    b"bad\xff/also\xfe.md": "folder",
    b"esc\x1b[31m.md": "escape",
    b"..md": "dots",
    b"...md": "more-dots",
    b"a..b.md": "inner",
    b"%2e%2e.md": "percent",
    b"CON.md": "device",
    b"aux/nul.md": "devices",
    b"A.md": "upper",
    b"a.md": "lower",
    b"x" * 252 + b".md": "long",
    b"\xe9\x80\xb2" * 84 + b".md": "long-too",
    b"'\"><script>.md": "script",
    b" .md": "blank",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of files whose bytes and names are odd, built by MkDocs."""
    repo = tmp_path_factory.mktemp("odd")
    write(repo, {"docs/index.md": "# Home\n", "mkdocs.yml": json.dumps(settings())})
    agents = os.fsencode(repo / "agents")
    for name, raw in [(f"raw/{n}".encode(), raw) for n, raw in RAW.items()] + [
        (name, agent(f"named-{word}").encode()) for name, word in NAMES.items()
    ]:
        path = os.path.join(agents, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(raw)
    command = [sys.executable, "-m", "mkdocs", "build"]
    done = subprocess.run(command, cwd=repo, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert "\x1b[31m" not in done.stderr
    assert not any(line.startswith("line.md") for line in done.stderr.splitlines())
    return repo


def test_any_bytes_and_any_file_name_get_a_page(odd: Path) -> None:
    table = json.loads((odd / "site/catalog.json").read_text(encoding="utf-8"))
    names = {entry["name"]: entry for entry in table["agents"]}
    assert {f"named-{word}" for word in NAMES.values()} <= set(names)
    assert {"nul-bytes", "with-bom", "latin", "halves"} <= set(names)
    addresses = [entry["url"].casefold() for entry in table["agents"]]
    assert len(set(addresses)) == len(addresses)
    for listed in table["agents"]:
        page = (odd / "site" / listed["url"] / "index.html").read_text(encoding="utf-8")
        assert "<script>.md" not in page
        devices = {"con", "nul", "aux"} & set(listed["url"].strip("/").split("/"))
        assert not devices, listed["url"]


def test_bytes_that_are_no_text_are_told(odd: Path) -> None:
    told = [str(note) for note in discovery.discover(odd, PLACES).notes]
    for name in ("utf16", "latin", "noise", "halves"):
        assert any(line.startswith(f"agents/raw/{name}.md:") and "not UTF-8" in line for line in told), name


def full(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every text that is written end in the middle of it, as on a disk that is full."""
    writing = Path.write_text

    def half(self: Path, text: str, *rest: object, **more: object) -> int:
        writing(self, text[: len(text) // 2], *rest, **more)  # type: ignore[arg-type]
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)


def test_a_full_disk_leaves_the_lock_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    assert main(["links", "-C", str(tmp_path), "--update"]) == 0
    before = (tmp_path / "catalog.links.json").read_text()
    write(tmp_path, {"agents/b.md": agent("b")})
    with monkeypatch.context() as patched:
        full(tmp_path, patched)
        assert main(["links", "-C", str(tmp_path), "--update"]) == 2
    assert "No space left" in capsys.readouterr().err
    assert (tmp_path / "catalog.links.json").read_text() == before
    assert {path.name for path in tmp_path.iterdir()} == {"agents", "catalog.links.json"}


class Chosen:
    def __init__(self, site: Path) -> None:
        self.site_dir, self.docs_dir, self.use_directory_urls = str(site), str(site), True


def searched(site: Path) -> AgentCatalogPlugin:
    write(
        site,
        {"search/search_index.json": json.dumps({"docs": [{"location": "", "title": "x", "text": "y"}]})},
    )
    return AgentCatalogPlugin()


def test_a_full_disk_leaves_the_search_index_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin, index = searched(tmp_path), tmp_path / "search/search_index.json"
    before = index.read_text()
    with monkeypatch.context() as patched:
        full(tmp_path, patched)
        with pytest.raises(OSError, match="No space"):
            plugin.on_post_build(config=Chosen(tmp_path))  # type: ignore[arg-type]
    assert index.read_text() == before
    assert [path.name for path in index.parent.iterdir()] == ["search_index.json"]


def test_an_index_that_another_build_writes_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plugin, index = searched(tmp_path), tmp_path / "search/search_index.json"
    index.write_text('{"docs": [{"loc')
    plugin.on_post_build(config=Chosen(tmp_path))  # type: ignore[arg-type]
    assert "index cannot be read" in caplog.text


KILLED = """
import os, signal, sys
from pathlib import Path
from mkdocs_agent_catalog.reading import disk
replacing = os.replace
os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)
disk.write(Path(sys.argv[1]), "x" * 100_000)
"""


def test_a_full_disk_leaves_the_report_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"agents/a.md": agent("a"), "report.txt": "the last one\n"})
    command = ["check", "-C", str(tmp_path), "--output", str(tmp_path / "report.txt")]
    with monkeypatch.context() as patched:
        full(tmp_path, patched)
        assert main(command) == 2
    assert "No space left" in capsys.readouterr().err
    assert (tmp_path / "report.txt").read_text() == "the last one\n"


def test_a_file_is_written_where_a_link_leads_with_the_mode_it_had(tmp_path: Path) -> None:
    file, link = tmp_path / "real/file", tmp_path / "link"
    write(tmp_path, {"real/file": "old"})
    file.chmod(0o640)
    link.symlink_to(file)
    disk.write(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    disk.write(Path("/dev/null"), "away")
    assert not Path("/dev/null").is_file()


def test_who_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "catalog.links.json"
    file.write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], env=ENVIRONMENT)
    assert done.returncode == -signal.SIGKILL
    assert file.read_text() == "old"
    # What is left over is no hidden file, which MkDocs would leave in the site for ever.
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_two_builds_at_once(tmp_path: Path) -> None:
    files = {"docs/index.md": "# Home\n", "agents/a.md": agent("a"), "mkdocs.yml": json.dumps(settings())}
    write(tmp_path, files)
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d"]
    folders = [tmp_path / "one", tmp_path / "two"]
    running = [
        subprocess.Popen([*command, str(folder)], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE)
        for folder in folders
    ]
    for process in running:
        assert b"agent-catalog" not in process.communicate()[1]
        assert process.returncode == 0
    first, second = ((folder / "catalog.json").read_bytes() for folder in folders)
    assert first == second
    assert all(json.loads((folder / "search/search_index.json").read_text()) for folder in folders)


def said(repo: Path, *arguments: str, text: str = "") -> str:
    """What git answers, as somebody."""
    who = {
        f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(
        command, cwd=repo, check=True, capture_output=True, text=True, input=text, env={**os.environ, **who}
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    write(tmp_path, {"agents/a.md": agent("a"), "catalog.links.json": '{"version": 1, "published": []}\n'})
    said(tmp_path, "init", "-q")
    said(tmp_path, "add", ".")
    said(tmp_path, "commit", "-qm", "first")
    return tmp_path


def asked(repo: Path) -> tuple[object, ...]:
    return (
        log.find_last_changes(repo),
        list_commits(repo, "mkdocs.yml"),
        log.list_versions(repo, "catalog.links.json"),
    )


@pytest.mark.parametrize("broken", ["HEAD", "objects", "config", "refs/heads/main"])
def test_a_history_that_is_broken_gives_no_dates(checkout: Path, broken: str) -> None:
    assert log.find_last_changes(checkout) != {}
    path = checkout / ".git" / broken
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                file.chmod(0o600)
                file.write_bytes(b"\0broken")
    else:
        path.write_bytes(b"\0broken")
    log._read_days.cache_clear()
    assert asked(checkout) == ({}, None, [])
    assert build(checkout, Options()).catalog.agents[0].name == "a"


def test_no_git_gives_no_dates(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert asked(checkout) == ({}, None, [])


def test_a_git_that_hangs_is_ended_with_what_it_started(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, hurry: None
) -> None:
    hanging = checkout / "bin/git"
    write(checkout, {"bin/git": f"#!/bin/sh\nsleep 300 &\necho $! >> {checkout}/started\nwait\n"})
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{hanging.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "MOST_SECONDS", 0.5)
    assert log.find_last_changes(checkout) == {}
    assert signal.getitimer(signal.ITIMER_REAL)[0], "its own limit ended it, not that of the test"
    ended([int(line) for line in (checkout / "started").read_text().split()])


def test_a_command_that_is_told_to_end_removes_its_checkout_and_ends_git(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, hurry: None
) -> None:
    folder, git_itself = tmp_path_factory.mktemp("folder"), shutil.which("git")
    started, temporary = folder / "started", folder / "temporary"
    os.mkfifo(started)
    temporary.mkdir()
    hang = f'case "$*" in *--detach*) echo $$ > {started}; exec sleep 300;; esac'
    write(folder, {"git": f'#!/bin/sh\n{hang}\nexec {git_itself} "$@"\n'})
    (folder / "git").chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "mkdocs_agent_catalog", "check", "-C", str(checkout), "--at", "HEAD"],
        env={**ENVIRONMENT, "PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": str(temporary)},
    )
    hanging = int(started.read_text())
    assert list(temporary.iterdir()) != []
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []
    ended([hanging])


def ended(processes: list[int]) -> None:
    """Waits until none of ``processes`` runs."""
    for _ in range(100):
        running = [process for process in processes if alive(process)]
        if not running:
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {running}")


def alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
HOSTILE: dict[str, Callable[[str], dict[str, str]]] = {
    "a monitor": lambda program: {"core.fsmonitor": program},
    "a signature": lambda program: {"log.showSignature": "true", "gpg.program": program},
    "a pager": lambda program: {"core.pager": program, "pager.log": program},
    "a converter": lambda program: {"diff.evil.textconv": program, "diff.evil.command": program},
    "an alias": lambda program: {"alias.log": f"!{program}", "alias.rev-parse": f"!{program}"},
    "a remote": lambda program: {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": ".",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": program,
    },
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_nothing_that_a_repository_configures_is_run(checkout: Path, name: str) -> None:
    mark = checkout / "was-run"
    write(checkout, {"evil.sh": f"#!/bin/sh\ntouch {mark}\ncat\n", ".gitattributes": "* diff=evil\n"})
    (checkout / "evil.sh").chmod(0o755)
    said(checkout, "add", ".")
    if name == "a signature":
        who = "a <a@b.example> 1700000000 +0000"
        lines = (
            f"tree {said(checkout, 'write-tree')}",
            f"author {who}",
            f"committer {who}",
            SIGNATURE,
            "",
            "x",
            "",
        )
        made = said(checkout, "hash-object", "-t", "commit", "-w", "--stdin", text="\n".join(lines))
        said(checkout, "update-ref", "HEAD", made)
    else:
        said(checkout, "commit", "-qm", "second")
    for key, value in HOSTILE[name](str(checkout / "evil.sh")).items():
        said(checkout, "config", key, value)
    if name == "a remote":
        # Something is missing, which git would fetch by itself.
        tree = said(checkout, "rev-parse", "HEAD^{tree}")
        (checkout / ".git/objects" / tree[:2] / tree[2:]).unlink()
    asked(checkout)
    assert not mark.exists()
