"""A definition whose prompt is in another file, and a file that holds several definitions."""

from __future__ import annotations

from dataclasses import replace

from mkdocs_agent_catalog.linking.mentions import find_server_mentions
from mkdocs_agent_catalog.model.definitions import Document, Source, Span
from mkdocs_agent_catalog.reading.mask_server_config import mask_frontmatter

SOURCE = Source("kit/a.json", "a.json", "agent", "kit", "one\ntwo\nthree\nfour\n")


def test_what_a_prompt_in_another_file_names_is_found_there() -> None:
    document = Document(SOURCE, {}, {}, "Ask\n`mcp__docs__find`.", 1, body_path="kit/prompts/a.md")
    (_, _, evidence), *_ = find_server_mentions(document)
    assert evidence.span == Span("kit/prompts/a.md", 2)
    assert document.holds(Span("kit/prompts/a.md", 9))
    assert document.holds(Span("kit/a.json", 9))
    assert not document.holds(Span("kit/b.json"))
    assert not replace(document, body_path="").holds(Span("kit/prompts/a.md"))


def test_of_a_file_of_several_definitions_each_has_its_lines() -> None:
    document = Document(SOURCE, {}, {}, "", 1, lines=(2, 3), masked_lines={2: "•••"})
    assert mask_frontmatter(document) == "two\n•••"
    assert [line for line in range(1, 6) if document.holds(Span("kit/a.json", line))] == [2, 3]
    assert document.get_span("name") == Span("kit/a.json", 2)
    assert mask_frontmatter(replace(document, lines=None)) == "one\ntwo\n•••\nfour\n"
