"""The exporter's key: signs what leaves this home in evidence packages, and nothing else.

Its private half is in the home's key containers; its public half lies as a vkey beside the other
things by which this home's documents are believed. Made with the first package.
"""

import os
from functools import partial
from pathlib import Path
from typing import Final

from app import System
from keys.algorithms import ED25519
from ledger.errors import InvalidInputError
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.note import ED25519_NOTE, NoteKey, parse_vkey

FILE: Final = Path("documents", "exporter.vkey")
_LARGEST: Final = 4_096


def exporter(system: System) -> NoteSigner:
    """Return what signs packages here; its key is made if there is none.

    Raises:
        InvalidInputError: The file of the public half is none.
        KeyFileError: The container cannot be opened.
    """
    file = system.settings.home / FILE
    if not file.exists():
        _make(system, file)
    key = _read(file)
    return NoteSigner(key, partial(system.keyring.sign, key.public.kid))


def _make(system: System, file: Path) -> None:
    public = system.keyring.generate(ED25519)
    key = NoteKey(f"{system.settings.host}/exporter", ED25519_NOTE, public)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    draft = file.with_name(f".{file.name}.{public.kid.hex()[:16]}")
    draft.write_text(f"{key.vkey}\n", "ascii")
    try:
        os.link(draft, file)  # unlike a rename, it does not replace what another process made
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _read(file: Path) -> NoteKey:
    text = file.read_bytes()[:_LARGEST]
    try:
        key = parse_vkey(text.decode("ascii").removesuffix("\n"))
    except UnicodeDecodeError as error:
        raise InvalidInputError(FILE.as_posix(), "vkey", "<name>+<key id>+<base64>") from error
    if key.kind != ED25519_NOTE:
        raise InvalidInputError(FILE.as_posix(), "key_kind", "Ed25519 over a note (1)")
    return key
