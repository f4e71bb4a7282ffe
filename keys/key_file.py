"""Private keys at rest: one container a key, opened by a passphrase, in a file of its owner alone.

The container is deterministic CBOR::

    {v: 1, kid: 32 bytes, kty, alg, kdf: ["argon2id", memory KiB, passes, lanes, salt 16 bytes],
     nonce: 12 bytes, ct}

``ct`` is AES-256-GCM-SIV under Argon2id of the passphrase, of the key as PKCS#8, bound to the map
without ``ct``. Not the library's own encrypted PKCS#8: that one derives by 2,048 rounds of PBKDF2.
"""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from keys.algorithms import KID_BYTES, PrivateKey
from keys.deterministic import decode, encode
from keys.errors import EnvelopeError, KeyFileError, KeyFormatError

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
MAX_FILE_BYTES: Final = 64 * 1024
MAX_MEMORY_KIB: Final = 1024 * 1024
"""1 GiB: a planted file must not exhaust the machine's memory."""
MAX_PASSES: Final = 16
MAX_LANES: Final = 16
_FORMAT: Final = 1
_KDF: Final = "argon2id"
_MODE: Final = 0o600
_MEMBERS = {"v", "kid", "kty", "alg", "kdf", "nonce", "ct"}

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one guess of the passphrase costs."""

    memory_kib: int
    passes: int
    lanes: int

    def is_below(self, other: "KdfCost") -> bool:
        """Return whether a guess is cheaper than with ``other``."""
        return self.memory_kib < other.memory_kib or self.passes < other.passes


FULL_COST: Final = KdfCost(memory_kib=256 * 1024, passes=3, lanes=1)
"""The least that a container is written and opened with, unless a caller says otherwise."""


def seal_key(
    key: PrivateKey, passphrase: bytes, *, random_bytes: RandomBytes, cost: KdfCost = FULL_COST
) -> bytes:
    """Return ``key`` in a container that ``passphrase`` opens.

    Raises:
        KeyFileError: ``passphrase``: it is empty.
    """
    kdf = [_KDF, cost.memory_kib, cost.passes, cost.lanes, random_bytes(SALT_BYTES)]
    public = key.public
    members: dict[str, object] = {
        "v": _FORMAT,
        "kid": public.kid,
        "kty": public.algorithm.key_type,
        "alg": public.algorithm.cose,
        "kdf": kdf,
        "nonce": random_bytes(NONCE_BYTES),
    }
    cipher = AESGCMSIV(_derive(passphrase, kdf))
    sealed = cipher.encrypt(_nonce(members), key.pkcs8(), encode(members))
    return encode({**members, "ct": sealed})


def open_key(container: bytes, passphrase: bytes, *, least: KdfCost = FULL_COST) -> PrivateKey:
    """Return the key in ``container``.

    Args:
        container: What `seal_key` returned.
        passphrase: What it was sealed with.
        least: Refuse a container whose passphrase could be guessed more cheaply.

    Raises:
        KeyFileError: ``form`` (not a container), ``version``, ``kdf_too_costly``,
            ``kdf_too_cheap``, ``passphrase`` (wrong, or the container was altered),
            ``other_key`` (the key inside is not the one that it is named after).
    """
    members = _read_container(container)
    cost = _cost(members["kdf"])
    if cost.is_below(least):
        raise KeyFileError("kdf_too_cheap", "the passphrase is protected less than is asked for")
    bound = {name: value for name, value in members.items() if name != "ct"}
    cipher = AESGCMSIV(_derive(passphrase, members["kdf"]))
    try:
        key = PrivateKey.from_pkcs8(cipher.decrypt(_nonce(members), members["ct"], encode(bound)))
    except InvalidTag as error:
        raise KeyFileError("passphrase", "wrong passphrase, or an altered container") from error
    except KeyFormatError as error:
        raise KeyFileError("other_key", "the container holds no key that is known here") from error
    if key.public.kid != members["kid"] or key.public.algorithm.cose != members["alg"]:
        raise KeyFileError("other_key", "the key inside is not the one that it is named after")
    return key


def write_file(path: Path, container: bytes) -> None:
    """Write ``container`` to a new file of mode 0600: whole and durable, or not at all.

    Raises:
        KeyFileError: ``exists``: a key is never written over.
        OSError: The disk's own refusal.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, _MODE)
        file.write(container)
        file.flush()
        os.fsync(descriptor)
    try:
        # A link, unlike a rename, does not replace what stands there.
        path.hardlink_to(draft)
    except FileExistsError as error:
        raise KeyFileError("exists", f"{path.name} is there already") from error
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def read_file(path: Path, *, owner: int | None = None) -> bytes:
    """Return the container in the file, if nobody but its owner could have touched it.

    Args:
        path: The file; a symbolic link is not followed.
        owner: User id that must own it; by default this process's.

    Raises:
        KeyFileError: ``missing``, ``not_a_file``, ``mode`` (group or others may do anything with
            it), ``owner``, ``too_large``.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise KeyFileError("missing", f"no file {path.name}") from error
    except OSError as error:
        raise KeyFileError("not_a_file", f"{path.name} cannot be opened as a file") from error
    try:
        # Of the open file, not of its name: nothing can be exchanged in between.
        _check_file(os.fstat(descriptor), path.name, os.geteuid() if owner is None else owner)
        return os.read(descriptor, MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def _check_file(status: os.stat_result, name: str, owner: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError("not_a_file", f"{name} is not a plain file")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError("mode", f"{name} is open to others, expected mode 0600")
    if status.st_uid != owner:
        raise KeyFileError("owner", f"{name} belongs to another user")
    if status.st_size > MAX_FILE_BYTES:
        raise KeyFileError("too_large", f"{name} is larger than {MAX_FILE_BYTES} bytes")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_container(container: bytes) -> Mapping[str, Any]:
    try:
        members = decode(container)
    except EnvelopeError as error:
        raise KeyFileError("form", "not deterministic CBOR") from error
    if not isinstance(members, dict) or members.get("v") != _FORMAT:
        raise KeyFileError("version", f"not a key container of version {_FORMAT}")
    lengths = {"kid": KID_BYTES, "nonce": NONCE_BYTES}
    if members.keys() != _MEMBERS or not isinstance(members["ct"], bytes):
        raise KeyFileError("form", "not exactly the members of a key container")
    for name, length in lengths.items():
        if not isinstance(members[name], bytes) or len(members[name]) != length:
            raise KeyFileError("form", f"{name}: expected {length} bytes")
    return members


def _cost(kdf: Any) -> KdfCost:
    match kdf:
        case ["argon2id", int() as memory, int() as passes, int() as lanes, bytes() as salt] if (
            len(salt) == SALT_BYTES and passes >= 1 and lanes >= 1 and memory >= 8 * lanes
        ):
            if memory > MAX_MEMORY_KIB or passes > MAX_PASSES or lanes > MAX_LANES:
                raise KeyFileError("kdf_too_costly", "more memory or time than is ever needed")
            return KdfCost(memory, passes, lanes)
        case _:
            raise KeyFileError("form", "kdf: expected argon2id with its cost and salt")


def _derive(passphrase: bytes, kdf: Any) -> bytes:
    if not passphrase:
        raise KeyFileError("passphrase", "an empty passphrase protects nothing")
    _, memory_kib, passes, lanes, salt = kdf
    return Argon2id(
        salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib
    ).derive(passphrase)


def _nonce(members: Mapping[str, Any]) -> bytes:
    nonce: bytes = members["nonce"]
    return nonce
