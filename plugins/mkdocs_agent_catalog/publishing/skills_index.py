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
from collections.abc import Iterator
from urllib.parse import quote

from ..addresses import urls
from ..model.definitions import Skill
from ..pages.registry import CatalogContext
from ..reading.fingerprints import fingerprint_definition

NAME = ".well-known/agent-skills/index.json"
_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
_SKILL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_DESCRIPTION = 64, 1024


def build_skills_index(shared: CatalogContext) -> str | None:
    """The text of the file; ``None`` if no skill can be installed from the site."""
    entries = [
        {
            "name": name,
            "type": "skill-md",
            "description": (skill.description or "")[:_LONGEST_DESCRIPTION],
            "url": _make_url(shared, skill),
            "digest": fingerprint_definition(skill),
        }
        for name, skill in _name_skills(shared)
    ]
    table = {"$schema": _SCHEMA, "skills": entries}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n" if entries else None


def _name_skills(shared: CatalogContext) -> Iterator[tuple[str, Skill]]:
    """The skills that can be installed, each with a name of its own: of several with one name, each is named
    by its id, and copies are one."""
    skills = {
        (skill.name, fingerprint_definition(skill)): skill
        for skill in reversed(shared.catalog.skills)
        if _is_whole(skill)
    }
    counts = Counter(name for name, _ in skills)
    names = {
        (skill.name if counts[skill.name] == 1 else skill.id.replace("/", "-")): skill
        for skill in skills.values()
    }
    for name, skill in sorted(names.items()):
        if _SKILL_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
            yield name, skill


def _is_whole(skill: Skill) -> bool:
    """Whether the published file is all of the skill, and says what installers ask for."""
    if skill.is_command or not skill.source or not skill.document or skill.source.files:
        return False
    return all(isinstance(skill.document.values.get(key), str) for key in ("name", "description"))


def _make_url(shared: CatalogContext, skill: Skill) -> str:
    """From the index to the file with the definition."""
    file = shared.where.make_definition_uri("skill", urls.get_page_folder(urls.make_skill_uri(skill.id)))
    return quote(posixpath.relpath(file, posixpath.dirname(NAME)), safe="/.~")
