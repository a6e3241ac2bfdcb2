"""Counts what the rendered bodies lose against a CommonMark + tables renderer: structure and words.

Usage: python benchmarks/body_loss.py [--show] FOLDER...
The second opinion is markdown-it-py with raw HTML off. It has no guard for a line that begins with a tag, as
with HTML off it needs none. Exit code 1 when anything is lost.
"""

from __future__ import annotations

import html
import re
import sys
from collections import Counter
from pathlib import Path

from markdown_it import MarkdownIt
from mkdocs_agent_catalog.model.definitions import Source
from mkdocs_agent_catalog.reading import frontmatter
from mkdocs_agent_catalog.text import markdown

KINDS = {
    "list items": "<li[ >]",
    "table rows": "<tr[ >]",
    "headings": r"<h[1-6][ >]",
    "code blocks": r"<pre[ >]",
}
PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def words(fragment: str) -> Counter[str]:
    """The visible words, picture descriptions included."""
    fragment = re.sub(r'<img [^>]*alt="([^"]*)"[^>]*>', r"\1", fragment)
    # Tags of words join, all others part.
    text = re.sub(r"</?(?!(?:a|code|del|em|s|span|strong)\b)[a-z][^>]*>", " ", fragment)
    text = html.unescape(re.sub(r"<[^>]*>", "", text))
    # The marker of a task is a checkbox in ours.
    return Counter(re.findall(r"\w+", re.sub(r"\[[ xX]\](?=\s)", " ", text)))


def lost(body: str) -> Counter[str]:
    """What our rendering of ``body`` has less of than the other."""
    ours, theirs = markdown.render_body(body).html, PARSER.render(body)
    counts = Counter(
        {name: len(re.findall(tag, theirs)) - len(re.findall(tag, ours)) for name, tag in KINDS.items()}
    )
    counts["words"] = sum((words(theirs) - words(ours)).values())
    return +counts


def main(arguments: list[str]) -> int:
    """Prints a row a folder; returns the exit code."""
    show = "--show" in arguments
    total: Counter[str] = Counter()
    print(f"{'folder':58} {'bodies':>6}", *(f"{name:>11}" for name in (*KINDS, "words")))
    for folder in (Path(name) for name in arguments if name != "--show"):
        losses: Counter[str] = Counter()
        files = sorted(p for p in folder.rglob("*.md") if p.is_file())
        for path in files:
            text = path.read_text(encoding="utf-8", errors="replace")
            body = frontmatter.parse_document(Source(path.name, path.name, "agent", "", text)).body
            here = lost(body)
            losses += here
            if here and show:
                print("  ", path, dict(here))
        total += losses
        row = (f"{losses[name]:11}" for name in (*KINDS, "words"))
        print(f"{folder.name:58} {len(files):6}", *row, flush=True)
    print(f"{'all':65}", *(f"{total[name]:11}" for name in (*KINDS, "words")))
    return bool(total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
