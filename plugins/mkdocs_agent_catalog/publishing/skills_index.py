"""``.well-known/agent-skills/index.json``: the skills for programs that install them.

Source of the form: Agent Skills Discovery, version 0.2.0
(https://github.com/cloudflare/agent-skills-discovery-rfc). The file stands at the top of the catalog's
folder, which is the root of the site unless the site says otherwise.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..addresses import urls
from ..model.definitions import Skill
from ..pages.page import CatalogContext
from ..reading.fingerprints import fingerprint_definition, make_digest
from .skill_archives import NAME as ARCHIVE
from .skill_archives import build_archive

NAME = ".well-known/agent-skills/index.json"
_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
_SKILL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_DESCRIPTION = 64, 1024


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
    archive = build_archive(shared.catalog.repo or Path(), skill)
    return _Artifact(skill, f"{folder}/{ARCHIVE}", make_digest(archive), archive) if archive else None


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
