"""Compiled templates, kept for all services of a process: each is compiled once, whoever asks.

The framework compiles them for every service anew; a template that has changed has another checksum
and is compiled again.
"""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from typing_extensions import override


class TemplateCache(BytecodeCache):
    """Compiled templates in memory. Safe for many threads: at worst two compile the same one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[str, tuple[str, CodeType | None]] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        """Put into ``bucket`` what was compiled from the same source."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.checksum, bucket.code


TEMPLATES = TemplateCache()
"""Of this process."""
