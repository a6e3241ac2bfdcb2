"""``.well-known/agent-skills/index.json``: the skills for programs that install them, and archives of those
that have more files than `SKILL.md`.

Source of the form: Agent Skills Discovery, version 0.2.0
(https://github.com/cloudflare/agent-skills-discovery-rfc). The file stands at the top of the catalog's
folder, which is the root of the site unless the site says otherwise.
"""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..addresses import urls
from ..model.definitions import Skill
from ..pages.page import CatalogContext
from ..reading.file_reader import read_bytes
from ..reading.fingerprints import fingerprint_definition, make_digest
from ..reading.mask_server_config import mask_frontmatter
from ..reading.masking import decode_json_escapes, mask_text

NAME = ".well-known/agent-skills/index.json"
_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
_SKILL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_DESCRIPTION = 64, 1024
_ARCHIVE = "skill.tar.gz"
_MOST_FILES, _MOST_BYTES = 200, 1_000_000
"""Of one skill; its archive is held in memory."""


@dataclass(frozen=True, slots=True)
class _Artifact:
    """What is installed: a skill, the file that holds all of it, and the archive if that is one."""

    skill: Skill
    uri: str
    digest: str
    archive: bytes | None = None


def build_skills_index(shared: CatalogContext) -> dict[str, str | bytes]:
    """The text of the file, and the archives that it names, by uri; nothing if no skill can be installed from
    the site."""
    named = list(_name_artifacts(filter(None, (_make_artifact(shared, s) for s in shared.catalog.skills))))
    entries = [
        {
            "name": name,
            "type": "skill-md" if artifact.archive is None else "archive",
            "description": (artifact.skill.description or "")[:_LONGEST_DESCRIPTION],
            "url": quote(posixpath.relpath(artifact.uri, posixpath.dirname(NAME)), safe="/.~"),
            "digest": artifact.digest,
        }
        for name, artifact in named
    ]
    if not entries:
        return {}
    text = json.dumps({"$schema": _SCHEMA, "skills": entries}, indent=1, ensure_ascii=False) + "\n"
    archives = {artifact.uri: artifact.archive for _, artifact in named if artifact.archive is not None}
    return {NAME: text, **archives}


def _make_artifact(shared: CatalogContext, skill: Skill) -> _Artifact | None:
    """What is installed of ``skill``; ``None`` if it cannot be."""
    digest = fingerprint_definition(skill)
    if not _is_installable(skill) or not skill.source or not digest:
        return None
    folder = urls.get_page_folder(urls.make_skill_uri(skill.id))
    if not skill.source.files:
        return _Artifact(skill, shared.where.make_definition_uri("skill", folder), digest)
    archive = _build_archive(shared.catalog.repo or Path(), skill)
    return _Artifact(skill, f"{folder}/{_ARCHIVE}", make_digest(archive), archive) if archive else None


def _name_artifacts(artifacts: Iterable[_Artifact]) -> Iterator[tuple[str, _Artifact]]:
    """What can be installed, each with a name of its own: of several with one name, each is named by its id,
    and copies are one."""
    first: dict[tuple[str, str], _Artifact] = {}
    for artifact in artifacts:
        first.setdefault((artifact.skill.name, artifact.digest), artifact)
    counts = Counter(name for name, _ in first)
    names = {
        (name if counts[name] == 1 else artifact.skill.id.replace("/", "-")): artifact
        for (name, _), artifact in first.items()
    }
    for name, artifact in sorted(names.items()):
        if _SKILL_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
            yield name, artifact


def _is_installable(skill: Skill) -> bool:
    """Whether it says what installers ask for."""
    if skill.is_command or not skill.source or not skill.document:
        return False
    return all(isinstance(skill.document.values.get(key), str) for key in ("name", "description"))


def _build_archive(repo: Path, skill: Skill) -> bytes | None:
    """The archive of ``skill`` with all its files, the same for the same files; ``None`` if one of them
    cannot be published: only texts in which nothing is masked are. What cannot be searched for secrets is not
    published, and a script with a masked value is another script."""
    if not skill.source or not skill.document or len(skill.source.files) > _MOST_FILES:
        return None
    files = {"SKILL.md": mask_frontmatter(skill.document).encode("utf-8", "xmlcharrefreplace")}
    folder = repo / posixpath.dirname(skill.source.path)
    try:
        files.update(_read_files(folder, skill.source.files))
    except (OSError, ValueError):
        return None
    return _pack(files)


def _read_files(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Raises ``OSError`` or ``ValueError`` for a file that cannot be published."""
    room, root = _MOST_BYTES, folder.resolve(strict=True)
    for name in names:
        path = folder / name
        # A hidden file is often one of a person's own, and a link may lead anywhere.
        if any(part.startswith(".") for part in name.split("/")) or path.resolve(strict=True) != root / name:
            raise ValueError(name)
        data = read_bytes(path, room)
        text = data.decode()
        if mask_text(text) != text or mask_text(decode_json_escapes(text)) != decode_json_escapes(text):
            raise ValueError(name)
        room -= len(data)
        yield name, data


def _pack(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(packed.getvalue(), mtime=0)
