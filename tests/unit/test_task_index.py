"""What a word weighs when somebody asks for an agent for a task."""

from __future__ import annotations

import json
from pathlib import Path

from mkdocs_agent_catalog.build import Options, build
from sites import write


def test_rare_words_and_words_of_all_tasks_do_not_outweigh_the_subject(tmp_path: Path) -> None:
    subjects = {f"r{n}": f"Reviews plan{n}." for n in range(20)}
    subjects["steward"] = "Links tickets."
    subjects["checker"] = "Checks invoices."
    text = "---\nname: {}\ndescription: {}\n---\nDo it.\n"
    write(tmp_path, {f"agents/{name}.md": text.format(name, words) for name, words in subjects.items()})
    outputs = build(tmp_path, Options()).outputs
    script = next(output for output in outputs if output.uri == "assets/ask-data.js")
    data = json.loads(str(script.content).partition(" = ")[2].rstrip(";\n"))

    def weigh(word: str) -> int:
        return int(data["terms"][data["forms"].get(word, word)].split(",")[0].partition(":")[2])

    # One of 22 has the first, 20 have the second.
    assert weigh("review") < weigh("tickets") < 8 * weigh("review")
    # Both stand once; what is checked says more than that something is.
    assert weigh("checks") < weigh("invoices") / 2
