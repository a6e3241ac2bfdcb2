"""`agent-catalog least`: the smaller list of tools that an agent would need, and the patch that writes it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..reading.file_reader import describe_os_error, read_bytes
from ..reading.mask_server_config import mask_frontmatter
from ..reading.masking import mask_text
from ..rights.least import Proposal
from ..rights.list_text import UnwritableListError, write_list
from ..runtimes import get_runtime_of
from ..runtimes.runtime import Runtime
from ..text.strings import make_line_printable

MOST_CHARACTERS = 100
"""Of a sentence so much is printed."""


class NoPatchError(ValueError):
    """There is no patch; the message says why."""


def format_proposals(proposals: Sequence[Proposal], is_whole: bool) -> list[str]:
    """The lines that are printed. ``is_whole``: also for agents that would lose nothing."""
    shown = [proposal for proposal in proposals if is_whole or proposal.removed]
    lines = [line for proposal in shown for line in (*_format_proposal(proposal), "")]
    smaller = sum(bool(proposal.removed) for proposal in proposals)
    lines.append(
        f"{smaller} of {len(proposals)} {'agent' if len(proposals) == 1 else 'agents'} could have fewer tools"
    )
    if not is_whole:
        reasons = Counter(proposal.unknown for proposal in proposals if proposal.unknown)
        lines += [f"nothing is proposed for {count}: {reason}" for reason, count in sorted(reasons.items())]
    return [make_line_printable(line) if line.strip() else "" for line in lines]


def _format_proposal(proposal: Proposal) -> Iterator[str]:
    agent, runtime = proposal.agent, get_runtime_of(proposal.agent)
    yield f"{agent.name} ({agent.source.path})"
    listed = ", ".join(entry.rule for entry in agent.access.grants or ())
    count = len(proposal.kept) + len(proposal.removed)
    yield f"  today: {listed if proposal.is_listed else f'{count} tools that no list names'}"
    if proposal.unknown:
        yield f"  nothing is proposed: {proposal.unknown}"
        return
    yield f"  proposed: {', '.join(proposal.tools) if proposal.removed else 'the same'}"
    for sentence, tools in groupby(sorted(proposal.kept, key=_get_place), lambda tool: tool.sentence):
        names = ", ".join(tool.entry for tool in tools)
        if sentence is None:
            yield f"  + {names}: kept, as nobody knows what it does"
        else:
            place = f"{sentence.span.path}:{sentence.span.line}"
            yield f"  + {names}  {place}: {_shorten(sentence.text)}"
    for successor, removed in groupby(proposal.removed, lambda tool: tool.successor):
        why = f"an old name, {successor} does its work" if successor else "nothing in the text asks for it"
        gone = [tool.entry for tool in removed]
        # What is inherited, nobody wrote: all of its names would fill the screen.
        first = gone if proposal.is_listed else [name for name in gone if _does_much(name, runtime)]
        rest = f"{len(gone) - len(first)} others" if len(first) < len(gone) else ""
        yield f"  - {', '.join(filter(None, (*first, rest)))}: {why}"


def _does_much(name: str, runtime: Runtime) -> bool:
    """Whether a tool changes something, runs something or reaches something outside."""
    tool = runtime.tools.get(name)
    return tool is None or tool.group in ("execution", "write", "web", "delegation")


def _get_place(tool: object) -> tuple[str, int, str]:
    sentence = getattr(tool, "sentence", None)
    return (sentence.span.path, sentence.span.line, sentence.text) if sentence else ("", 0, "")


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def write_patch(root: Path, proposal: Proposal) -> str:
    """The patch for the file of an agent below ``root``, in the form of git. Raises ``NoPatchError``."""
    source = proposal.agent.source
    try:
        text = read_bytes(root / source.path).decode("utf-8")
        edited = write_list(text, proposal.agent, proposal.tools)
    except OSError as error:
        raise NoPatchError(str(describe_os_error(error))) from None
    except UnicodeDecodeError:
        raise NoPatchError("its file is not UTF-8") from None
    except UnwritableListError as error:
        raise NoPatchError(str(error)) from None
    name = _quote_path
    old, new = (_split_lines(each) for each in (text, edited))
    diff = list(
        difflib.unified_diff(old, new, name(f"a/{source.path}"), name(f"b/{source.path}"), lineterm="\n")
    )
    # What is hidden on the pages is not printed either, nor what could command a terminal.
    document = get_runtime_of(proposal.agent).read_document(replace(source, text=text))
    shown = set(mask_text(mask_frontmatter(document)).split("\n"))
    for line in [line for line in diff[2:] if not line.startswith("@@")]:
        plain = line[1:].rstrip("\r\n").lstrip("\ufeff")
        is_shown = line[0] == "+" or plain in shown
        if not is_shown or not plain.replace("\t", "").isprintable():
            raise NoPatchError("a line beside the list holds what is not printed")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff
    )


def _split_lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _quote_path(path: str) -> str:
    """A path as git writes it in a patch: in quotes if it holds what would be misread."""
    if path.isprintable() and not any(char in '"\\' for char in path):
        return f"{path}\t" if " " in path else path
    escaped = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in path.encode()
    )
    return f'"{escaped}"'
