"""Our own style sheets, scripts and the vendored scanner, all under one version of their content.

Scripts import one another by relative addresses, so that a new release of one moves all of them.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"

MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
"""By the end of the name; other files are not served."""


@cache
def static_files() -> Mapping[str, tuple[bytes, str]]:
    """Return content and media type of each file, by its path below the folder."""
    return MappingProxyType({
        path.relative_to(FOLDER).as_posix(): (path.read_bytes(), MEDIA_TYPES[path.suffix])
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in MEDIA_TYPES
    })  # fmt: skip


@cache
def static_version() -> str:
    """Return 12 hexadecimal digits that change with any of the files."""
    digest = sha256()
    for name, (content, _) in static_files().items():
        digest.update(name.encode() + b"\x00" + sha256(content).digest())
    return digest.hexdigest()[:12]


def static_address(name: str) -> str:
    """Return the address of ``name``; a name that is no file is a programming error."""
    assert name in static_files(), name
    return f"/static/{static_version()}/{name}"
