"""``SKILL.md``: the Agent Skills format with the additions of the runtimes (all fields are optional)."""

from __future__ import annotations

from pathlib import PurePosixPath

from ..model.definitions import Document, Skill
from ..text.strings import make_slug, summarize
from .runtime import read_fields


def read_skill(document: Document) -> Skill:
    """``document`` as a skill. Its identity is its folder; ``name`` is only what is shown."""
    source = document.source
    folder = PurePosixPath(source.path).parent.name
    name = document.values.get("name")
    description = document.values.get("description")
    description = str(description).strip() if isinstance(description, str | int | float) else None
    if not description:
        # Without one, the runtime takes the first paragraph of the body.
        description = next(
            (p.strip() for p in document.body.split("\n\n") if p.strip()[:1] not in ("", "#")), None
        )
    title = str(name).strip() if isinstance(name, str | int | float) and str(name).strip() else folder
    parts = (source.label,) if source.label else ()
    return Skill(
        id="/".join(make_slug(part) for part in (*parts, folder)),
        name=folder if source.path.lower().endswith("skill.md") else title,
        description=description,
        summary=summarize(description),
        source=source,
        document=document,
        fields=read_fields(document, (key for key in document.values if key not in ("name", "description"))),
        notes=document.notes,
    )
