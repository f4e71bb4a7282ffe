"""A bag: files with manifests over them, as a mapping of paths to bytes, and the same as a .zip.

Source: RFC 8493 (BagIt 1.0). Nothing depends on a clock or an order: the same files are the same
bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256, sha512
from typing import Final

from ledger.errors import InvalidInputError

ALGORITHMS: Final = {"sha256": sha256, "sha512": sha512}
PAYLOAD: Final = "data/"
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a .zip can name."""
_MODE: Final = 0o100600 << 16
_UNIX: Final = 3


def bag(
    payload: Mapping[str, bytes], tags: Mapping[str, bytes], info: Sequence[tuple[str, str]]
) -> dict[str, bytes]:
    """Return all files of a bag.

    Args:
        payload: By path below ``data/``.
        tags: What stands beside it, by path.
        info: Labels and values of ``bag-info.txt``; its Payload-Oxum is added.

    Raises:
        InvalidInputError: ``label_form``.
    """
    inside = {f"{PAYLOAD}{path}": content for path, content in payload.items()}
    oxum = f"{sum(map(len, inside.values()))}.{len(inside)}"
    beside = {
        **tags,
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _info((*info, ("Payload-Oxum", oxum))),
        **_manifests("manifest", inside),
    }
    return {**inside, **beside, **_manifests("tagmanifest", beside)}


def _info(labels: Iterable[tuple[str, str]]) -> bytes:
    lines = []
    for label, value in labels:
        if not value.isprintable() or value != value.strip() or not value:
            raise InvalidInputError(label, "label_form", "one line of printable characters")
        lines.append(f"{label}: {value}\n")
    return "".join(lines).encode()


def _manifests(kind: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        f"{kind}-{name}.txt": "".join(
            f"{make(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())
        ).encode()
        for name, make in ALGORITHMS.items()
    }


def zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return the bag as a .zip with one folder ``name``: stored, sorted, without times.

    Without compression, so that whoever checks it can make the same bytes again.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            member = zipfile.ZipInfo(f"{name}/{path}", _FIRST_DAY)
            member.create_system, member.external_attr = _UNIX, _MODE
            archive.writestr(member, files[path])
    return written.getvalue()
