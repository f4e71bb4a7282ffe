"""The root of all keys of persons: wraps the top of the key tree, and can be destroyed.

A narrow port, apart from signing, so that nobody who signs can also unwrap. Labels are chosen by
the key store; making a key that is already there makes no second one, so every step of a
shredding can be repeated after a crash.
"""

import hmac
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from typing_extensions import override

from keys.deterministic import decode, encode
from keys.errors import EnvelopeError
from keys.key_store_errors import RootKeyError
from keys.wrapping import WRAP_NONCE_BYTES, unwrap, wrap

SECRET_BYTES: Final = 32
_CONTAINER_VERSION = 1
_LABEL_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz.-")
_ROOT = "root"
_INDEX = "index"
_LARGEST_FILE = 1024


class RootKey(Protocol):
    """Where the root keys live: a file for a start, a hardware module in production."""

    assurance: str
    """What a destruction here is worth: ``software``, or ``hardware`` with its certificate."""

    def new_root(self, label: str) -> None:
        """Make a wrapping key called ``label``, durably; nothing if it is there."""
        ...

    def new_index_key(self, label: str) -> None:
        """Make a key for `hmac` called ``label``, durably; nothing if it is there."""
        ...

    def roots(self) -> frozenset[str]:
        """Return the labels of all wrapping keys that are alive."""
        ...

    def wrap(self, label: str, secret: bytes, place: bytes) -> bytes:
        """Return ``secret`` wrapped at ``place`` under root ``label``."""
        ...

    def unwrap(self, label: str, wrapped: bytes, place: bytes) -> bytes:
        """Return the secret that was wrapped at ``place`` under root ``label``.

        Raises:
            RootKeyError: No such root is alive.
            CommitmentMismatchError: Something else stands there.
        """
        ...

    def hmac(self, label: str, message: bytes) -> bytes:
        """Return HMAC-SHA256 of ``message`` under index key ``label``."""
        ...

    def destroy(self, label: str) -> str:
        """Destroy root ``label`` for ever and say how; says so too if it is not there."""
        ...


class _SecretsRootKey(ABC):
    """What every software root has in common: secrets by use and label in this process."""

    assurance = "software"

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random

    @abstractmethod
    def _secret(self, use: str, label: str) -> bytes: ...

    def wrap(self, label: str, secret: bytes, place: bytes) -> bytes:
        """Return ``secret`` wrapped at ``place`` under root ``label``."""
        cipher = AESGCMSIV(self._secret(_ROOT, label))
        return wrap(cipher, secret, place, self._random(WRAP_NONCE_BYTES))

    def unwrap(self, label: str, wrapped: bytes, place: bytes) -> bytes:
        """Return the secret that was wrapped at ``place`` under root ``label``.

        Raises:
            RootKeyError: No such root is alive.
            CommitmentMismatchError: Something else stands there.
        """
        return unwrap(AESGCMSIV(self._secret(_ROOT, label)), wrapped, place)

    def hmac(self, label: str, message: bytes) -> bytes:
        """Return HMAC-SHA256 of ``message`` under index key ``label``.

        Raises:
            RootKeyError: There is no such index key.
        """
        return hmac.digest(self._secret(_INDEX, label), message, "sha256")


class MemoryRootKey(_SecretsRootKey):
    """Root keys in memory, for tests: gone with the process."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """Make keys of ``random`` bytes."""
        super().__init__(random)
        self._secrets: dict[tuple[str, str], bytes] = {}

    @override
    def _secret(self, use: str, label: str) -> bytes:
        try:
            return self._secrets[use, label]
        except KeyError as error:
            raise RootKeyError(f"no {use} key {label}") from error

    def new_root(self, label: str) -> None:
        """Make a root; nothing if it is there."""
        self._secrets.setdefault((_ROOT, label), self._random(SECRET_BYTES))

    def new_index_key(self, label: str) -> None:
        """Make an index key; nothing if it is there."""
        self._secrets.setdefault((_INDEX, label), self._random(SECRET_BYTES))

    def roots(self) -> frozenset[str]:
        """Return the labels of all living roots."""
        return frozenset(label for use, label in self._secrets if use == _ROOT)

    def destroy(self, label: str) -> str:
        """Forget a root."""
        known = self._secrets.pop((_ROOT, label), None)
        return f"{label}: {'not held' if known is None else 'removed from memory'}"


class FileRootKey(_SecretsRootKey):
    """Root keys as files of a folder that nobody else may read, one file a key.

    File: deterministic CBOR ``{v: 1, use, label, secret 32 B}``, mode 0600, written under another
    name, flushed, then linked into place. Destroying overwrites and removes the file; remnants on
    flash memory and in snapshots remain possible, hence ``assurance`` is software.
    """

    def __init__(
        self, folder: Path, random: Callable[[int], bytes], *, owner: int | None = None
    ) -> None:
        """Keep the keys in ``folder``, made with mode 0700 if it is not there.

        ``owner`` is the only user id whose files are believed, that of this process if None.
        """
        super().__init__(random)
        self._folder = folder
        self._owner = os.geteuid() if owner is None else owner
        self._index_secrets: dict[str, bytes] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_root(self, label: str) -> None:
        """Make a root, durably; nothing if it is there."""
        self._make(_ROOT, label)

    def new_index_key(self, label: str) -> None:
        """Make an index key, durably; nothing if it is there."""
        self._make(_INDEX, label)

    def roots(self) -> frozenset[str]:
        """Return the labels of all living roots."""
        return frozenset(file.stem for file in self._folder.glob(f"*.{_ROOT}"))

    def destroy(self, label: str) -> str:
        """Overwrite and remove a root's file."""
        path = self._path(_ROOT, label)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return f"{label}: not held"
        try:
            os.write(descriptor, self._random(os.fstat(descriptor).st_size))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink(missing_ok=True)
        self._flush_folder()
        return f"{label}: file overwritten and removed"

    @override
    def _secret(self, use: str, label: str) -> bytes:
        # A root is read again each time: once its file is gone, no process can use it.
        if use == _INDEX and label in self._index_secrets:
            return self._index_secrets[label]
        secret = _read(self._path(use, label), use, label, self._owner)
        if use == _INDEX:
            self._index_secrets[label] = secret
        return secret

    def _make(self, use: str, label: str) -> None:
        path = self._path(use, label)
        if path.exists():
            return
        secret = self._random(SECRET_BYTES)
        content = encode({"v": _CONTAINER_VERSION, "use": use, "label": label, "secret": secret})
        unfinished = self._folder / f".{self._random(8).hex()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            # A link, unlike a rename, never replaces what another process made meanwhile.
            path.hardlink_to(unfinished)
        except FileExistsError:
            return
        finally:
            unfinished.unlink()
            self._flush_folder()

    def _flush_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _path(self, use: str, label: str) -> Path:
        if not label or not _LABEL_LETTERS.issuperset(label) or label.startswith("."):
            raise RootKeyError("a label has only a-z, 0-9, dots and hyphens")
        return self._folder / f"{label}.{use}"


def _read(path: Path, use: str, label: str, owner: int) -> bytes:
    """Return the secret of a key file, refusing a file that others could have read or planted."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise RootKeyError(f"no {use} key {label}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077:
            raise RootKeyError(f"the file of {use} key {label} is open to others: expected 0600")
        if status.st_uid != owner:
            raise RootKeyError(f"the file of {use} key {label} belongs to another user")
        content = os.read(descriptor, _LARGEST_FILE)
    finally:
        os.close(descriptor)
    return _secret_in(content, use, label)


def _secret_in(content: bytes, use: str, label: str) -> bytes:
    try:
        document = decode(content)
    except EnvelopeError as error:
        raise RootKeyError(f"the file of {use} key {label} is damaged") from error
    secret = document.pop("secret", None) if isinstance(document, dict) else None
    named = {"v": _CONTAINER_VERSION, "use": use, "label": label}
    if document != named or not isinstance(secret, bytes) or len(secret) != SECRET_BYTES:
        raise RootKeyError(f"the file of {use} key {label} holds something else")
    return secret
