"""``SKILL.md``: the Agent Skills format with the additions of the runtimes (all fields are optional)."""

from __future__ import annotations

from pathlib import PurePosixPath

from ..model.definitions import Document, Skill
from ..text.strings import make_slug, summarize
from .runtime import Runtime, read_fields, read_text


def read_skill(document: Document, runtime: Runtime, readers: tuple[str, ...] = ()) -> Skill:
    """``document`` as a skill or a command of ``runtime``. Its identity is its place; ``name`` is only what
    is shown. ``readers`` are the names of all runtimes that read it.

    A skill is called as its folder, one of a plugin maybe by its name, a command as its file, behind the
    names of its folders.
    """
    source, values = document.source, document.values
    description = values.get("description")
    description = str(description).strip() if isinstance(description, str | int | float) else None
    if not description:
        # Without one, the runtime takes the first paragraph of the body.
        description = next(
            (p.strip() for p in document.body.split("\n\n") if p.strip()[:1] not in ("", "#")), None
        )
    is_command = source.kind == "command"
    path = PurePosixPath(source.below if is_command else source.path)
    place = (*path.parent.parts, _get_stem(path.name, runtime)) if is_command else (path.parent.name,)
    if document.lines:
        place = path.parts
    labels = source.label.split("/") if source.label else ()
    name = read_text(values.get(runtime.command_name_key)) if is_command else None
    name = name or (runtime.name_command(place) if is_command else place[-1])
    is_called_by_key = not is_command and source.plugin and runtime.names_plugin_skills
    called = read_text(values.get("name")) if is_called_by_key else None
    call = runtime.describe_command_call(called or name, source.plugin)
    text_key = "prompt" if path.suffix.lower() == ".toml" else runtime.command_text_key
    return Skill(
        id="/".join(make_slug(part) for part in (*labels, *place)),
        name=name,
        description=description,
        summary=summarize(description),
        source=source,
        document=document,
        fields=read_fields(document, (key for key in values if key not in ("name", "description", text_key))),
        notes=document.notes,
        is_command=is_command,
        invocation=f"{runtime.command_mark}{call[1:]}" if is_command else call,
        runtimes=readers,
    )


def _get_stem(name: str, runtime: Runtime) -> str:
    suffix = next((suffix for suffix in runtime.command_suffixes if name.lower().endswith(suffix)), "")
    return name[: -len(suffix)] if suffix else PurePosixPath(name).stem
