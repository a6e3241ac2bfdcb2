"""``SKILL.md``: the Agent Skills format with the additions of the runtimes (all fields are optional)."""

from __future__ import annotations

from pathlib import PurePosixPath

from ..model.definitions import Document, Skill
from ..text.strings import make_slug, summarize
from .runtime import read_fields


def read_skill(document: Document) -> Skill:
    """``document`` as a skill or a command. Its identity is its place; ``name`` is only what is shown.

    A skill is called as its folder, a command as its file, behind the names of its folders.
    """
    source = document.source
    description = document.values.get("description")
    description = str(description).strip() if isinstance(description, str | int | float) else None
    if not description:
        # Without one, the runtime takes the first paragraph of the body.
        description = next(
            (p.strip() for p in document.body.split("\n\n") if p.strip()[:1] not in ("", "#")), None
        )
    is_command = source.kind == "command"
    path = PurePosixPath(source.below).with_suffix("") if is_command else PurePosixPath(source.path).parent
    place = path.parts if is_command else (path.name,)
    labels = source.label.split("/") if source.label else ()
    return Skill(
        id="/".join(make_slug(part) for part in (*labels, *place)),
        name=":".join(place),
        description=description,
        summary=summarize(description),
        source=source,
        document=document,
        fields=read_fields(document, (key for key in document.values if key not in ("name", "description"))),
        notes=document.notes,
        is_command=is_command,
    )
