"""Archives of skills that have more files than `SKILL.md`.

Only texts in which nothing is masked: what cannot be searched for secrets is not published, and a script with
a masked value is another script.
"""

from __future__ import annotations

import gzip
import io
import posixpath
import tarfile
from collections.abc import Iterator
from pathlib import Path

from ..model.definitions import Skill
from ..reading.file_reader import read_bytes
from ..reading.mask_server_config import mask_frontmatter
from ..reading.masking import decode_json_escapes, mask_text

NAME = "skill.tar.gz"
MOST_FILES, MOST_BYTES = 200, 1_000_000
"""Of one skill; its archive is held in memory."""


def build_archive(repo: Path, skill: Skill) -> bytes | None:
    """The archive of ``skill`` with all its files, the same for the same files; ``None`` if one of them
    cannot be published."""
    if not skill.source or not skill.document or len(skill.source.files) > MOST_FILES:
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
    room, root = MOST_BYTES, folder.resolve(strict=True)
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
