"""Keeps the package's own templates compiled, in the folder beside them where Python keeps its modules.

To compile them takes longer than to build a small site.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from ..text import i18n, strings
from ..text.i18n import Translations

PACKAGE = Path(__file__).parent / "templates"


class CompiledTemplates(jinja2.BytecodeCache):
    """Compiled templates with the words of ``translations``. The filters that they call are in the file
    ``renderer``."""

    def __init__(self, translations: Translations, renderer: str) -> None:
        self.language = translations.language
        # What a filter makes of a constant stands in the compiled template: of our texts the translation.
        code = b"".join(Path(name).read_bytes() for name in (renderer, i18n.__file__, strings.__file__))
        stamp = f"{jinja2.__version__} {translations.digest} ".encode() + code
        self.stamp = hashlib.sha256(stamp).hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(f"{self.stamp}{source}".encode()).hexdigest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file; empty for a template of the site's own."""
        if filename is None or Path(filename).parent != PACKAGE:
            return ""
        with suppress(NotImplementedError):
            return cache_from_source(str(PACKAGE / f"{name}-{self.language}.py"))
        return ""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            content = Path(bucket.key).read_bytes() if bucket.key else b""
            try:
                bucket.load_bytecode(io.BytesIO(content))
            except Exception:  # Whatever a damaged file is read as.
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(bucket.bytecode_to_string())
            os.replace(part, path)
