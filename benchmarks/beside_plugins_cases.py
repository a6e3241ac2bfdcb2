"""The plugins and themes that ``beside_plugins.py`` tries, and what is expected of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERDICTS = ("works", "differs", "cannot")


def _leave_as_is(root: Path) -> None:
    """Nothing has to be prepared."""


def _find_nothing(site: Path, log: str) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Case:
    """A plugin with the settings that it needs, or (without ``plugins``) a theme."""

    name: str
    """As its entry point is called: ``material/`` is left out."""
    package: str
    verdict: str
    sentence: str
    plugins: tuple[Any, ...] = ()
    """Its entries in ``plugins``, before or after ours."""
    base: tuple[Any, ...] = ("search",)
    """What is listed before both."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Ours."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What else is in ``mkdocs.yml``."""
    plain: Mapping[str, Any] = field(default_factory=dict)
    """The part of it that the site without the plugin has, too."""
    files: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    """What a theme does not have: "links" of the menu, "entries" of the search, "files"."""
    prepare: Callable[[Path], None] = _leave_as_is
    look: Callable[[Path, str], list[str]] = _find_nothing

    def make_row(self) -> str:
        """Its row in the table of the documentation."""
        return f"| `{self.name}` | {self.verdict} | {self.sentence} |"


def _read(site: Path, uri: str) -> str:
    path = site / uri
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _expect(uri: str, text: str, problem: str) -> Callable[[Path, str], list[str]]:
    """A look at whether the file at ``uri`` has ``text``."""

    def look(site: Path, log: str) -> list[str]:
        return [] if text in _read(site, uri) else [problem]

    return look


def _copy_fonts(root: Path) -> None:
    """Fonts for cards, so that none is fetched."""
    fonts = Path("/usr/share/fonts/truetype/dejavu")
    for style, file in (("Regular", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
        path = root / f".cache/plugin/social/fonts/Roboto/{style}.ttf"
        path.parent.mkdir(parents=True, exist_ok=True)
        if (fonts / file).is_file():
            shutil.copy(fonts / file, path)


POST = "---\ndate: 2024-01-02\n---\n\n# Hello\n\nAsk [](agent:docs-tests).\n"
NOTE = "# Note\n\nWritten by a program.\n"
GENERATE = (
    'import mkdocs_gen_files\nwith mkdocs_gen_files.open("made.md", "w") as f:\n    f.write("# Made\\n")\n'
)
AGENT = "agents/build/build-reviews/index.html"
MADE_AT = "February 3, 2024"

CASES = (
    Case("search", "", "works", "", ("search",), base=()),
    Case("tags", "", "works", "", ("tags",), files={"docs/guide.md": "---\ntags: [one]\n---\n# Guide\n"}),
    Case(
        "blog",
        "",
        "works",
        "",
        ("blog",),
        files={"docs/blog/index.md": "# Blog\n", "docs/blog/posts/a.md": POST},
    ),
    Case("social", "mkdocs-material[imaging]", "works", "", ("social",), prepare=_copy_fonts),
    Case("privacy", "", "works", "", ("privacy",)),
    Case("offline", "", "works", "", ("offline",)),
    Case("meta", "", "works", "", ("meta",), files={"docs/.meta.yml": "tags: [two]\n"}),
    Case("group", "", "works", "", ({"group": {"enabled": True, "plugins": ["tags"]}},)),
    Case("typeset", "", "works", "", ("typeset",)),
    Case(
        "awesome-nav",
        "mkdocs-awesome-nav",
        "works",
        "",
        ("awesome-nav",),
        files={"docs/.nav.yml": "nav:\n  - index.md\n  - All agents: agents/index.md\n  - '*'\n"},
        look=_expect("guide/index.html", "All agents", "the navigation does not have the title of .nav.yml"),
    ),
    Case(
        "awesome-pages",
        "mkdocs-awesome-pages-plugin",
        "works",
        "",
        ("awesome-pages",),
        files={"docs/.pages": "nav:\n  - index.md\n  - ...\n"},
    ),
    Case(
        "literate-nav",
        "mkdocs-literate-nav",
        "works",
        "",
        ({"literate-nav": {"nav_file": "SUMMARY.md"}},),
        files={"docs/SUMMARY.md": "* [Home](index.md)\n* [Guide](guide.md)\n"},
    ),
    Case("section-index", "mkdocs-section-index", "works", "", ("section-index",)),
    Case(
        "gen-files",
        "mkdocs-gen-files",
        "works",
        "",
        ({"gen-files": {"scripts": ["make.py"]}},),
        files={"make.py": GENERATE},
    ),
    Case("macros", "mkdocs-macros-plugin", "works", "", ("macros",)),
    Case(
        "redirects",
        "mkdocs-redirects",
        "works",
        "",
        (
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
        "git-revision-date-localized",
        "mkdocs-git-revision-date-localized-plugin",
        "works",
        "",
        ({"git-revision-date-localized": {"enable_creation_date": True}},),
        look=_expect(AGENT, MADE_AT, "the date is not that of the definition"),
    ),
    Case(
        "git-revision-date",
        "mkdocs-git-revision-date-plugin",
        "works",
        "",
        ("git-revision-date",),
    ),
    Case(
        "git-authors",
        "mkdocs-git-authors-plugin",
        "works",
        "",
        ("git-authors",),
        look=_expect(AGENT, "Somebody", "no author"),
    ),
    Case(
        "minify",
        "mkdocs-minify-plugin",
        "works",
        "",
        ({"minify": {"minify_html": True, "minify_js": True, "minify_css": True}},),
    ),
    Case(
        "mkdocstrings",
        "mkdocstrings[python]",
        "works",
        "",
        ("mkdocstrings",),
        files={"docs/code.md": "# Code\n\n::: json.loads\n"},
    ),
    Case("autorefs", "mkdocs-autorefs", "works", "", ("autorefs",)),
    Case(
        "i18n",
        "mkdocs-static-i18n",
        "differs",
        "",
        (
            {
                "i18n": {
                    "docs_structure": "suffix",
                    "languages": [
                        {"locale": "en", "default": True, "name": "English", "build": True},
                        {"locale": "de", "name": "Deutsch", "build": True},
                    ],
                }
            },
        ),
        files={"docs/index.de.md": "# Heim\n"},
    ),
    Case(
        "monorepo",
        "mkdocs-monorepo-plugin",
        "works",
        "",
        ("monorepo",),
        config={"nav": [{"Home": "index.md"}, {"Part": "!include ./part/mkdocs.yml"}]},
        plain={"nav": [{"Home": "index.md"}]},
        files={"part/mkdocs.yml": "site_name: part\nnav:\n  - Start: index.md\n", "part/docs/index.md": NOTE},
    ),
    Case("multirepo", "mkdocs-multirepo-plugin", "works", "", ({"multirepo": {"cleanup": True}},)),
    Case("mike", "mike", "works", "", ("mike",)),
    Case("glightbox", "mkdocs-glightbox", "works", "", ("glightbox",)),
    Case(
        "exclude-search",
        "mkdocs-exclude-search",
        "works",
        "",
        ({"exclude-search": {"exclude": ["guide.md"]}},),
    ),
    Case("exclude", "mkdocs-exclude", "works", "", ({"exclude": {"glob": ["drafts/*"]}},)),
    Case("include-markdown", "mkdocs-include-markdown-plugin", "works", "", ("include-markdown",)),
    Case("table-reader", "mkdocs-table-reader-plugin", "works", "", ("table-reader",)),
    Case("rss", "mkdocs-rss-plugin", "works", "", ("rss",)),
    Case("techdocs-core", "mkdocs-techdocs-core", "works", "", ("techdocs-core",), base=()),
    Case("print-site", "mkdocs-print-site-plugin", "works", "", ("print-site",)),
    Case("llmstxt", "mkdocs-llmstxt", "differs", "", ({"llmstxt": {"sections": {"Guide": ["guide.md"]}}},)),
    Case("same-dir", "mkdocs-same-dir", "works", "", ("same-dir",), config={"docs_dir": "."}),
    Case("ezlinks", "mkdocs-ezlinks-plugin", "works", "", ("ezlinks",)),
    Case("roamlinks", "mkdocs-roamlinks-plugin", "works", "", ("roamlinks",)),
    Case("autolinks", "mkdocs-autolinks-plugin", "works", "", ("autolinks",)),
    Case("alias", "mkdocs-alias-plugin", "works", "", ("alias",)),
    Case("callouts", "mkdocs-callouts", "works", "", ("callouts",)),
    Case("markdownextradata", "mkdocs-markdownextradata-plugin", "works", "", ("markdownextradata",)),
    Case("open-in-new-tab", "mkdocs-open-in-new-tab", "works", "", ("open-in-new-tab",)),
    Case("mermaid2", "mkdocs-mermaid2-plugin", "works", "", ("mermaid2",)),
    Case("meta-descriptions", "mkdocs-meta-descriptions-plugin", "works", "", ("meta-descriptions",)),
    Case("mkdocs-video", "mkdocs-video", "works", "", ("mkdocs-video",)),
    Case("swagger-ui-tag", "mkdocs-swagger-ui-tag", "works", "", ("swagger-ui-tag",)),
    Case("mkdocs-jupyter", "mkdocs-jupyter", "works", "", ("mkdocs-jupyter",)),
    Case("document-dates", "mkdocs-document-dates", "works", "", ("document-dates",)),
    Case(
        "htmlproofer",
        "mkdocs-htmlproofer-plugin",
        "works",
        "",
        ({"htmlproofer": {"validate_external_urls": False}},),
    ),
    Case("site-urls", "mkdocs-site-urls", "works", "", ("site-urls",)),
    Case("add-number", "mkdocs-add-number-plugin", "works", "", ("mkdocs-add-number-plugin",)),
    Case(
        "encryptcontent",
        "mkdocs-encryptcontent-plugin",
        "differs",
        "",
        ({"encryptcontent": {"global_password": "secret"}},),
    ),
    Case("material", "mkdocs-material", "works", "", config={"theme": {"name": "material", "font": False}}),
    Case(
        "materialx", "mkdocs-materialx", "works", "", config={"theme": {"name": "materialx", "font": False}}
    ),
    Case("mkdocs", "", "works", "", config={"theme": {"name": "mkdocs"}}),
    Case("readthedocs", "", "works", "", config={"theme": {"name": "readthedocs"}}),
    Case("shadcn", "mkdocs-shadcn", "works", "", config={"theme": {"name": "shadcn"}}),
)
