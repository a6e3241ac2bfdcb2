"""A preview writes what is requested: the same as a build, whatever was edited, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from edits import EDITS
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs_agent_catalog.mkdocs_adapter.on_demand import OnDemandFiles
from sites import REPOSITORY, agent, builder, settings, write

ADDRESS = "http://127.0.0.1:8000/team/"
SCRIPT = re.compile(rb"<script>\s*var livereload = .*?</script>", re.S)


class Preview:
    """What ``mkdocs serve`` does, without a socket and without waiting. MkDocs itself keeps the plugin."""

    def __init__(
        self, root: Path, files: dict[str, str] = REPOSITORY, served: bool = True, **more: Any
    ) -> None:
        self.root = root
        write(root, {"docs/index.md": "# Home\n", **files})
        self.options(**more)
        config = self.config()
        plugin: Any = config.plugins["agent-catalog"]
        plugin.on_startup(command="serve", dirty=False)
        self.on_demand: OnDemandFiles = plugin.on_demand
        # As with the command, which has live reload.
        self.on_demand.is_served = served
        self.server = LiveReloadServer(self.build, "127.0.0.1", 8000, str(root / "served"), "/team/")
        self.server.error_handler = lambda code: b"nothing here"
        build(config, serve_url=ADDRESS)
        config.plugins.on_serve(self.server, config=config, builder=self.build)

    def options(self, **more: Any) -> None:
        text = yaml.safe_dump(settings(site_url=ADDRESS, **more))
        (self.root / "mkdocs.yml").write_text(text, encoding="utf-8")

    def config(self) -> MkDocsConfig:
        return load_config(str(self.root / "mkdocs.yml"), site_dir=str(self.root / "served"))

    def build(self) -> None:
        build(self.config(), serve_url=ADDRESS)

    def get(self, path: str) -> tuple[str, bytes]:
        """The status of an address below the site, and what is there."""
        statuses: list[str] = []
        asked = {"PATH_INFO": f"/team/{path}".encode().decode("latin-1"), "REQUEST_METHOD": "GET"}
        response = self.server.get_app()(asked, lambda status, *_: statuses.append(status))  # type: ignore
        text = b"".join(response)
        getattr(response, "close", lambda: None)()
        assert len(statuses) == 1
        return statuses[0], SCRIPT.sub(b"", text)

    def written(self) -> set[str]:
        served = self.root / "served"
        return {path.relative_to(served).as_posix() for path in served.rglob("*") if path.is_file()}


@pytest.fixture
def preview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Preview]]:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made: list[Preview] = []

    def begin(*files: dict[str, str], **more: Any) -> Preview:
        made.append(Preview(tmp_path, *files, **more))
        return made[-1]

    yield begin
    for running in made:
        running.server.server_close()


STEPS: tuple[dict[str, Any], ...] = (
    {},
    {"use_directory_urls": False, "options": {"path": "our own", "profile": "allowed-tools"}},
)


def test_what_is_served_is_what_is_built(tmp_path: Path, preview: Callable[..., Preview]) -> None:
    shown, chance = preview(), random.Random(3)
    for step in STEPS:
        for _ in range(6):
            chance.choice(EDITS)(tmp_path, chance)
        shown.options(**step)
        shown.build()
        assert not [uri for uri in shown.written() if uri.endswith("agent.md")]
        built = builder(tmp_path)({}, strict=False, site_url=ADDRESS, **step)
        paths = [path for path in built.rglob("*") if path.is_file() and path.suffix != ".gz"]
        assert len(paths) > 100
        for path in paths:
            name = path.relative_to(built).as_posix()
            status, text = shown.get(name)
            assert (status, text) == ("200 OK", path.read_bytes()), name
        gone = {uri for uri in shown.written() if not uri.endswith(".gz")}
        assert gone == {path.relative_to(built).as_posix() for path in paths}


def test_a_page_is_found_as_the_server_finds_it(preview: Callable[..., Preview]) -> None:
    shown = preview()
    assert shown.get("agents/one/lead") == ("302 Found", b"")
    for path in (
        "agents/one/lead/",
        "agents/レビュー/",
        "agents//one/./lead/",
        "catalog.json",
    ):
        status, text = shown.get(path)
        assert (status, len(text) > 100) == ("200 OK", True), path
    for path in ("agents/nobody/", "tools/nobody", "agents/../../mkdocs.yml", "agents/one/lead/index.html/"):
        assert shown.get(path) == ("404 Not Found", b"nothing here"), path


def test_nothing_is_made_before(preview: Callable[..., Preview]) -> None:
    shown = preview()
    before = shown.written()
    assert "index.html" in before
    assert not [uri for uri in before if uri.startswith("tools/") or uri.endswith("agent.md")]
    shown.get("agents/one/lead/")
    assert shown.written() - before == {"agents/one/lead/index.html"}


def test_who_asks_while_it_is_built_gets_what_is_new(preview: Callable[..., Preview]) -> None:
    """As the server does, the one below waits for the build: here it does the build itself."""
    shown = preview()
    below = shown.server.get_app()
    path = shown.root / "agents/one/lead.md"
    path.write_text(agent("lead", body="Edited."), encoding="utf-8")
    builds: list[str] = []

    def meanwhile(environ: Any, start: Any) -> Any:
        # A build cleans the folder after the page was made, and ends before it is looked for.
        if not builds:
            builds.append(environ["PATH_INFO"])
            shown.build()
        return shown.server.serve_request(environ, start)

    shown.server.set_app(shown.on_demand.wrap(meanwhile, "/team/"))
    status, text = shown.get("agents/one/lead/")
    assert (status, b"Edited." in text) == ("200 OK", True)
    assert builds
    shown.server.set_app(below)


def test_while_a_build_is_under_way_nothing_is_written(preview: Callable[..., Preview]) -> None:
    shown = preview()
    shown.on_demand.start_build()
    assert shown.get("agents/one/lead/")[0] == "404 Not Found"
    assert shown.get("agents/one/lead/")[0] == "404 Not Found", "that build failed"
    shown.build()
    assert shown.get("agents/one/lead/")[0] == "200 OK"


def test_many_ask_at_once(preview: Callable[..., Preview]) -> None:
    shown = preview()
    paths = ["agents/one/lead/", "agents/index.html", "catalog.json", "tools/read/"] * 8
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(shown.get, paths))
    assert len(set(answers)) == 4
    assert {status for status, _ in answers} == {"200 OK"}


HOOKS = {
    "post_build": "def on_post_build(config):\n    pass\n",
    "post_page": "def on_post_page(output, page, config):\n    return output.replace('Does', 'Has')\n",
}


@pytest.mark.parametrize("event", HOOKS)
def test_what_others_look_at_is_made(event: str, preview: Callable[..., Preview]) -> None:
    shown = preview({"hook.py": HOOKS[event], "agents/a.md": agent("a")}, hooks=["hook.py"])
    written = shown.written()
    assert {"agents/a/index.html", "agents/a/agent.md"} <= written
    assert (b"Has a." in shown.get("agents/a/")[1]) == (event == "post_page")


def test_without_live_reload_everything_is_made(preview: Callable[..., Preview]) -> None:
    assert not OnDemandFiles().is_served, "no command runs"
    command = click.Command("serve")
    for live in (True, False):
        with click.Context(command) as context:
            context.params["livereload"] = live
            assert OnDemandFiles().is_served == live
    shown = preview(served=False)
    assert "agents/one/lead/agent.md" in shown.written()
    shown.build()
    assert "agents/one/lead/agent.md" not in shown.written(), "MkDocs has told us of its server"


BROKEN = """{% extends "_base/agent.html.jinja" %}
{% block prompt %}{{ 1 / (0 if page.title == "b" else 1) }}{% endblock %}
"""


def test_a_page_that_cannot_be_made_says_so(
    preview: Callable[..., Preview], caplog: pytest.LogCaptureFixture
) -> None:
    files = {"own/agent.html.jinja": BROKEN, "agents/a.md": agent("a"), "agents/b.md": agent("b")}
    shown = preview(
        files, options={"custom_templates": "own"}, theme={"name": "material", "language": "pt-BR"}
    )
    assert shown.get("agents/a/")[0] == "200 OK"
    status, text = shown.get("agents/b/")
    assert (status, b"ZeroDivisionError" in text or b"division" in text) == ("200 OK", True)
    assert '<html lang="pt-BR">' in text.decode()
    assert "`agents/b/index.html` cannot be made" in caplog.text
    write(shown.root, {"own/agent.html.jinja": BROKEN.replace("0 if", "1 if")})
    shown.build()
    assert b"Does b." in shown.get("agents/b/")[1]


def test_a_template_that_is_broken_for_all_is_told_when_it_is_built(
    preview: Callable[..., Preview], caplog: pytest.LogCaptureFixture
) -> None:
    own, options = "own/card.html.jinja", {"custom_templates": "own", "embeds": True}
    shown = preview({own: "{{ about.title }}", "agents/a.md": agent("a")}, options=options)
    write(shown.root, {own: "{{ nothing }}", "agents/a.md": agent("a", body="Edited.")})
    shown.build()
    assert "the catalog was not rebuilt: " in caplog.text
    status, text = shown.get("agents/a/")
    assert (status, b"Do it." in text) == ("200 OK", True), "the last state that could be built"
    write(shown.root, {own: "{{ about.title }}"})
    shown.build()
    assert b"Edited." in shown.get("agents/a/")[1]
