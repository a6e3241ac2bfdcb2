"""The plugins and themes that ``beside_plugins.py`` tries, and what is expected of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERDICTS = {
    "works": "The catalog is the same as without it, wherever it is listed.",
    "differs": "The catalog is there, and something is otherwise.",
    "cannot": "What it does and the catalog do not go together.",
}
PLAIN = "The catalog is as without it."


def _leave_as_is(root: Path) -> None:
    """Nothing has to be prepared."""


def _find_nothing(site: Path, log: str) -> list[str]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A plugin with the settings that it needs, or (without ``plugins``) a theme."""

    name: str
    """As its entry point is called: ``material/`` is left out."""
    package: str = "mkdocs-material"
    verdict: str = "works"
    sentence: str = PLAIN
    """What the documentation says of it."""
    plugins: tuple[Any, ...] = ()
    """Its entries in ``plugins``, before or after ours."""
    base: tuple[Any, ...] = ("search",)
    """What is listed before both."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What else is in ``mkdocs.yml``."""
    plain: Mapping[str, Any] = field(default_factory=dict)
    """The part of it that the site without the plugin has, too."""
    plain_options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the catalog that do on the site without the plugin what the plugin does."""
    files: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], None] = _leave_as_is
    ignore: frozenset[str] = frozenset()
    """What of the differences is meant, by the first word of the text that tells it."""
    look: Callable[[Path, str], list[str]] = _find_nothing
    """Looks at what only this plugin does."""

    def make_row(self) -> str:
        """Its row in the table of the documentation."""
        return f"| `{self.name}` | {self.verdict} | {self.sentence} |"


def _expect(uri: str, text: str, problem: str) -> Callable[[Path, str], list[str]]:
    """A look at whether the file at ``uri`` has ``text``."""

    def look(site: Path, log: str) -> list[str]:
        path = site / uri
        has_text = path.is_file() and text in path.read_text(encoding="utf-8")
        return [] if has_text else [problem]

    return look


def _copy_fonts(root: Path) -> None:
    """Fonts for cards, so that none is fetched."""
    fonts = Path("/usr/share/fonts/truetype/dejavu")
    for style, file in (("Regular", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
        path = root / f".cache/plugin/social/fonts/Roboto/{style}.ttf"
        path.parent.mkdir(parents=True, exist_ok=True)
        if (fonts / file).is_file():
            shutil.copy(fonts / file, path)


def _move_docs(root: Path) -> None:
    """The pages beside ``mkdocs.yml``."""
    for path in (root / "docs").iterdir():
        path.rename(root / path.name)
    (root / "docs").rmdir()


POST = "---\ndate: 2024-01-02\n---\n\n# Hello\n\nAsk [](agent:docs-tests).\n"
GENERATE = """import mkdocs_gen_files
with mkdocs_gen_files.open("made.md", "w") as file:
    file.write("# Made\\n")
"""
PART = "There are `agents count` agents.\n\n```agents\nshow: list\nnames: [ops-tests]\n```\n"
AGENT = "agents/build/build-reviews/index.html"
LANGUAGES = [
    {"locale": "en", "default": True, "name": "English", "build": True},
    {"locale": "de", "name": "Deutsch", "build": True},
]
DAY = "February 3, 2024"
ASK_PAGE = {"docs/ask.md": '# Ask\n\n{% include-markdown "part.txt" %}\n', "docs/part.txt": PART}
HAS_LIST = _expect("ask/index.html", "ops/ops-tests/", "the query in the included text is not answered")

CASES = (
    Case(name="search", plugins=("search",), base=()),
    Case(name="tags", plugins=("tags",), files={"docs/tagged.md": "---\ntags: [one]\n---\n# Tagged\n"}),
    Case(
        name="blog",
        plugins=("blog",),
        files={"docs/blog/index.md": "# Blog\n", "docs/blog/posts/a.md": POST},
    ),
    Case(
        name="social",
        package="mkdocs-material[imaging]",
        sentence="It draws a card for each page of the catalog.",
        plugins=("social",),
        prepare=_copy_fonts,
        look=_expect(AGENT, "assets/images/social/agents/build/", "the page has no card"),
    ),
    # Where nothing can be fetched, it warns of a script of the theme.
    Case(
        name="privacy",
        sentence="The catalog loads nothing from elsewhere.",
        plugins=("privacy",),
        ignore=frozenset({"warnings"}),
    ),
    Case(name="offline", plugins=("offline",)),
    Case(name="meta", plugins=("meta",), files={"docs/.meta.yml": "tags: [two]\n"}),
    Case(name="group", plugins=({"group": {"enabled": True, "plugins": ["tags"]}},)),
    Case(name="typeset", plugins=("typeset",)),
    Case(
        name="awesome-nav",
        package="mkdocs-awesome-nav",
        sentence="`.nav.yml` can name pages of the catalog, one by one; with none the catalog comes last.",
        plugins=("awesome-nav",),
        files={"docs/.nav.yml": "nav:\n  - index.md\n  - All agents: agents/index.md\n  - '*'\n"},
        ignore=frozenset({"links"}),
        look=_expect("guide/index.html", "All agents", "the navigation has no title of .nav.yml"),
    ),
    Case(
        name="awesome-pages",
        package="mkdocs-awesome-pages-plugin",
        sentence="The catalog comes last in the navigation: `.pages` cannot name its pages.",
        plugins=("awesome-pages",),
        files={"docs/.pages": "nav:\n  - index.md\n  - ...\n"},
    ),
    Case(
        name="literate-nav",
        package="mkdocs-literate-nav",
        sentence="`SUMMARY.md` can name pages of the catalog; with none the catalog comes last.",
        plugins=({"literate-nav": {"nav_file": "SUMMARY.md"}},),
        files={"docs/SUMMARY.md": "* [Home](index.md)\n* [Guide](guide.md)\n"},
    ),
    Case(name="section-index", package="mkdocs-section-index", plugins=("section-index",)),
    Case(
        name="gen-files",
        package="mkdocs-gen-files",
        sentence="A page that a script writes at an address of the catalog stands in its place.",
        plugins=({"gen-files": {"scripts": ["make.py"]}},),
        files={"make.py": GENERATE},
    ),
    Case(
        name="macros",
        package="mkdocs-macros-plugin",
        sentence="Definitions are never taken for templates.",
        plugins=("macros",),
    ),
    Case(
        name="redirects",
        package="mkdocs-redirects",
        sentence="It can lead from an old address to a page of the catalog.",
        plugins=(
            {
                "redirects": {
                    "redirect_maps": {
                        "old.md": "guide.md",
                        "agents/before.md": "agents/build/build-reviews.md",
                    }
                }
            },
        ),
        look=_expect("agents/before/index.html", "build-reviews/", "the redirect to an agent is not made"),
    ),
    Case(
        name="git-revision-date-localized",
        package="mkdocs-git-revision-date-localized-plugin",
        sentence="A page shows the date of its definition, a list that of the definition that changed last.",
        plugins=({"git-revision-date-localized": {"enable_creation_date": True}},),
        look=_expect(AGENT, DAY, "the date is not that of the definition"),
    ),
    Case(
        name="git-revision-date",
        package="mkdocs-git-revision-date-plugin",
        sentence="The same.",
        plugins=("git-revision-date",),
    ),
    Case(
        name="git-authors",
        package="mkdocs-git-authors-plugin",
        sentence="The same, with the authors.",
        plugins=("git-authors",),
        look=_expect(AGENT, "Somebody", "no author"),
    ),
    Case(
        name="document-dates",
        package="mkdocs-document-dates",
        sentence="The same.",
        plugins=("document-dates",),
    ),
    Case(
        name="minify",
        package="mkdocs-minify-plugin",
        plugins=({"minify": {"minify_html": True, "minify_js": True, "minify_css": True}},),
    ),
    Case(
        name="mkdocstrings",
        package="mkdocstrings[python]",
        plugins=("mkdocstrings",),
        files={"docs/code.md": "# Code\n\n::: json.loads\n"},
    ),
    Case(
        name="autorefs",
        package="mkdocs-autorefs",
        sentence="It finds what the catalog has: [references by name](references.md).",
        plugins=("autorefs",),
    ),
    Case(
        name="i18n",
        package="mkdocs-static-i18n",
        sentence="The catalog is there once, in the first language; pages of every language lead to it.",
        plugins=({"i18n": {"docs_structure": "suffix", "languages": LANGUAGES}},),
        files={"docs/index.de.md": "# Heim\n"},
        look=_expect(AGENT, '<html lang="en"', "the catalog is not in the first language"),
    ),
    Case(
        name="monorepo",
        package="mkdocs-monorepo-plugin",
        sentence="The catalog is that of the repository with `mkdocs.yml`.",
        plugins=("monorepo",),
        config={"nav": [{"Home": "index.md"}, {"Part": "!include ./part/mkdocs.yml"}]},
        plain={"nav": [{"Home": "index.md"}]},
        files={
            "part/mkdocs.yml": "site_name: part\nnav:\n  - Start: index.md\n",
            "part/docs/index.md": "# Part\n",
        },
    ),
    Case(
        name="multirepo",
        package="mkdocs-multirepo-plugin",
        sentence="The same.",
        plugins=({"multirepo": {"cleanup": True}},),
    ),
    Case(
        name="mike", package="mike", sentence="Each version has the catalog of its time.", plugins=("mike",)
    ),
    Case(name="glightbox", package="mkdocs-glightbox", plugins=("glightbox",)),
    Case(
        name="exclude-search",
        package="mkdocs-exclude-search",
        sentence="It can take pages of the catalog out of the search.",
        plugins=({"exclude-search": {"exclude": ["agents/ops/*"]}},),
        ignore=frozenset({"entries"}),
    ),
    Case(
        name="exclude",
        package="mkdocs-exclude",
        sentence="An agent whose page it takes out leaves the catalog, as by our "
        "[`exclude`](options.md#exclude).",
        plugins=({"exclude": {"glob": ["agents/ops/ops-*.md"]}},),
        plain_options={"exclude": ["/agents/ops/"]},
    ),
    Case(
        name="include-markdown",
        package="mkdocs-include-markdown-plugin",
        sentence="[Queries](examples.md) and references in the included text are answered.",
        plugins=("include-markdown",),
        files=ASK_PAGE,
        look=HAS_LIST,
    ),
    Case(name="table-reader", package="mkdocs-table-reader-plugin", plugins=("table-reader",)),
    Case(
        name="rss",
        package="mkdocs-rss-plugin",
        sentence="Its feed has the pages of the catalog; `match_path` leaves them out.",
        plugins=("rss",),
    ),
    Case(
        name="techdocs-core",
        package="mkdocs-techdocs-core",
        plugins=("techdocs-core",),
        base=(),
    ),
    Case(
        name="print-site",
        package="mkdocs-print-site-plugin",
        verdict="differs",
        sentence="Its page holds the lists, as the navigation does, and no cards above links. List it last.",
        plugins=("print-site",),
    ),
    Case(
        name="llmstxt",
        package="mkdocs-llmstxt",
        sentence="Both write `llms.txt`: the sections of the catalog come below its own.",
        plugins=({"llmstxt": {"sections": {"Guide": ["guide.md"]}}},),
        look=_expect("llms.txt", "build-reviews/agent.md", "`llms.txt` has no agents"),
    ),
    Case(
        name="same-dir",
        package="mkdocs-same-dir",
        sentence="Definitions among the pages get the page of the catalog.",
        plugins=("same-dir",),
        config={"docs_dir": "."},
        prepare=_move_docs,
    ),
    Case(name="ezlinks", package="mkdocs-ezlinks-plugin", plugins=("ezlinks",)),
    Case(name="roamlinks", package="mkdocs-roamlinks-plugin", plugins=("roamlinks",)),
    Case(name="autolinks", package="mkdocs-autolinks-plugin", plugins=("autolinks",)),
    Case(name="alias", package="mkdocs-alias-plugin", plugins=("alias",)),
    Case(name="callouts", package="mkdocs-callouts", plugins=("callouts",)),
    Case(name="markdownextradata", package="mkdocs-markdownextradata-plugin", plugins=("markdownextradata",)),
    Case(name="open-in-new-tab", package="mkdocs-open-in-new-tab", plugins=("open-in-new-tab",)),
    # It warns where it cannot fetch a script.
    Case(
        name="mermaid2",
        package="mkdocs-mermaid2-plugin",
        plugins=("mermaid2",),
        ignore=frozenset({"warnings"}),
    ),
    Case(name="meta-descriptions", package="mkdocs-meta-descriptions-plugin", plugins=("meta-descriptions",)),
    Case(name="mkdocs-video", package="mkdocs-video", plugins=("mkdocs-video",)),
    Case(name="swagger-ui-tag", package="mkdocs-swagger-ui-tag", plugins=("swagger-ui-tag",)),
    Case(name="mkdocs-jupyter", package="mkdocs-jupyter", plugins=("mkdocs-jupyter",)),
    Case(
        name="htmlproofer",
        package="mkdocs-htmlproofer-plugin",
        verdict="differs",
        sentence="It warns of links with a query, such as `matrix/?compare=a`, which it cannot follow.",
        plugins=({"htmlproofer": {"validate_external_urls": False}},),
    ),
    Case(name="site-urls", package="mkdocs-site-urls", plugins=("site-urls",)),
    Case(
        name="encryptcontent",
        package="mkdocs-encryptcontent-plugin",
        verdict="cannot",
        sentence="It encrypts pages and nothing else: names, descriptions and whole definitions can be read "
        "in `catalog.json`, `llms.txt`, the feeds and the files beside the pages.",
        plugins=({"encryptcontent": {"global_password": "a long one: 7qX2mW9zLp4R"}},),
    ),
    Case(
        name="material",
        sentence="Whole.",
        config={"theme": {"name": "material", "font": False}},
    ),
    Case(
        name="materialx",
        package="mkdocs-materialx",
        sentence="Whole.",
        config={"theme": {"name": "materialx", "font": False}},
    ),
    Case(
        name="mkdocs",
        package="mkdocs",
        sentence="Plain, and complete.",
        config={"theme": {"name": "mkdocs"}},
        ignore=frozenset({"files"}),
    ),
    Case(
        name="readthedocs",
        package="mkdocs",
        sentence="Plain, and complete.",
        config={"theme": {"name": "readthedocs"}},
        ignore=frozenset({"files"}),
    ),
    Case(
        name="shadcn",
        package="mkdocs-shadcn",
        verdict="differs",
        sentence="Plain; it puts a frame around tables, and publishes the file of each page as it is.",
        config={"theme": {"name": "shadcn"}},
        ignore=frozenset({"files"}),
    ),
)
