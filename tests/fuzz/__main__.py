"""Searches for inputs that break a promise: ``python -m fuzz TARGET [--seeds FOLDER]``.

Options of libFuzzer follow: ``python -m fuzz slug -max_total_time=60``. It runs in ``tests/`` and needs the
extra ``fuzz``. What it finds goes into ``tests/fuzz_findings/TARGET/``, where the ordinary tests read it from
then on.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mkdocs_agent_catalog"]):
    from fuzz.targets import SMALL, TARGETS

HERE = Path(__file__).parent.parent
WORDS = (
    '"---\\x0a" "name: " "description: " "tools: " "mcpServers:" "env:" "headers:" "hunter2" "mcp__" "__" '
    '"Bash(" "Skill(" "```" "|-|" "> " "- [ ] " '
    '"[x](" "![x](" "javascript:" "<script>" "<!--" "<span class=" "</p>" "<a href=" "\\xef\\xbb\\xbf" '
    '"&lt;" '
    '"\\xe2\\x80\\xa8" "\\xc2\\x85" "../" "%2e%2e" "{\\"version\\": 1, \\"published\\": [" "\\"addresses\\"" '
    '"\\"permanent\\"" "show: " "count tool=" "agents" "&a " "*a" "<<: " "!!" "\\\\ud800" "sk-ant-" "AKIA" '
    '"CON"'
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("target", choices=list(TARGETS))
    parser.add_argument("--seeds", type=Path, action="append", default=[], help="files to begin with")
    parser.add_argument("--keep", type=Path, help="a folder that keeps what the search learned")
    chosen, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for seed in (HERE / "check_cases", HERE / "fuzz_findings", *chosen.seeds):
            for file in sorted(seed.rglob("*")):
                if (
                    file.is_file()
                    and file.suffix in (".md", ".json", ".txt", "")
                    and file.stat().st_size < SMALL
                ):
                    data = file.read_bytes()
                    (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
        folders = [str(directory) for directory in (chosen.keep, corpus) if directory]
        words = Path(folder, "words")
        words.write_text("\n".join(WORDS.replace('" "', '"\n"').split("\n")) + "\n")
        atheris.Setup(
            [sys.argv[0], f"-dict={words}", f"-max_len={SMALL}", "-timeout=20", *options, *folders],
            atheris.instrument_func(TARGETS[chosen.target]),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
