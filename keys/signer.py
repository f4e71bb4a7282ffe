"""The signing port: who signs holds the keys, everybody else holds their names.

Two implementations, one contract: keys in memory, for tests and for the life of one process, and
keys in a folder of containers (`keys.key_file`).
"""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Protocol

from typing_extensions import override

from keys.algorithms import KID_BYTES, Algorithm, PrivateKey, PublicKey
from keys.errors import SigningRefusedError
from keys.key_file import (
    FULL_COST,
    KdfCost,
    RandomBytes,
    open_key,
    read_file,
    seal_key,
    write_file,
)

_SUFFIX = ".key"


class Signer(Protocol):
    """Signs with keys that it never gives away."""

    def public(self, kid: bytes) -> PublicKey:
        """Return the public half of the key named by the 32-byte ``kid``.

        Raises:
            SigningRefusedError: It does not hold that key.
            KeyFileError: It holds it, but cannot open it.
        """
        ...

    def sign(self, kid: bytes, message: bytes) -> bytes:
        """Return the raw signature of ``message`` by the key named by ``kid``.

        Raises:
            SigningRefusedError: It does not hold that key.
            KeyFileError: It holds it, but cannot open it.
        """
        ...


class Keyring(Signer, Protocol):
    """A signer that also makes keys."""

    def kids(self) -> frozenset[bytes]:
        """Return the names of all keys that it holds."""
        ...

    def generate(self, algorithm: Algorithm) -> PublicKey:
        """Make a key, keep it durably, and return its public half."""
        ...


class MemorySigner(Keyring):
    """Keys that live as long as the process."""

    def __init__(self, private_keys: Iterable[PrivateKey] = ()) -> None:
        """Hold ``private_keys``."""
        self._keys = {key.public.kid: key for key in private_keys}

    @override
    def kids(self) -> frozenset[bytes]:
        """Return the names of all keys."""
        return frozenset(self._keys)

    @override
    def generate(self, algorithm: Algorithm) -> PublicKey:
        """Make a key and hold it."""
        key = PrivateKey.generate(algorithm)
        self._keys[key.public.kid] = key
        return key.public

    @override
    def public(self, kid: bytes) -> PublicKey:
        """Return the public half."""
        return self._key(kid).public

    @override
    def sign(self, kid: bytes, message: bytes) -> bytes:
        """Return the signature."""
        return self._key(kid).sign(message)

    def _key(self, kid: bytes) -> PrivateKey:
        key = self._keys.get(kid)
        if key is None:
            raise SigningRefusedError(f"no key {kid.hex()[:16]} here")
        return key


class FileSigner(Keyring):
    """Keys in a folder, one container each; opened at first use and then kept in memory.

    Opening costs a whole passphrase derivation (a second and 256 MiB); signing costs none.
    """

    def __init__(
        self,
        folder: Path,
        passphrase: bytes,
        *,
        random_bytes: RandomBytes,
        cost: KdfCost = FULL_COST,
    ) -> None:
        """Use ``folder``, which is made for its owner alone if it is not there.

        Args:
            folder: Where the containers are.
            passphrase: Opens all of them.
            random_bytes: Where salts and nonces of new containers come from.
            cost: What new containers cost to guess, and the least that others must.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._passphrase = passphrase
        self._random_bytes = random_bytes
        self._cost = cost
        self._opened: dict[bytes, PrivateKey] = {}
        self._opening = Lock()

    @override
    def kids(self) -> frozenset[bytes]:
        """Return the names of all containers in the folder."""
        return frozenset(
            bytes.fromhex(path.stem)
            for path in self._folder.glob("?" * 2 * KID_BYTES + _SUFFIX)
            if set(path.stem) <= set("0123456789abcdef")
        )

    @override
    def generate(self, algorithm: Algorithm) -> PublicKey:
        """Make a key; its container is on the disk when this returns."""
        key = PrivateKey.generate(algorithm)
        self.keep(key)
        return key.public

    def keep(self, key: PrivateKey) -> None:
        """Write a key that was made elsewhere into a container of its own.

        Raises:
            KeyFileError: ``exists``: it is there already.
        """
        container = seal_key(
            key, self._passphrase, random_bytes=self._random_bytes, cost=self._cost
        )
        write_file(self._path(key.public.kid), container)
        self._opened[key.public.kid] = key

    @override
    def public(self, kid: bytes) -> PublicKey:
        """Return the public half."""
        return self._key(kid).public

    @override
    def sign(self, kid: bytes, message: bytes) -> bytes:
        """Return the signature."""
        return self._key(kid).sign(message)

    def _key(self, kid: bytes) -> PrivateKey:
        key = self._opened.get(kid)
        if key is None:
            with self._opening:  # a derivation takes much memory: never two at once
                key = self._opened.get(kid) or self._open(kid)
        return key

    def _open(self, kid: bytes) -> PrivateKey:
        path = self._path(kid)
        if not path.exists():
            raise SigningRefusedError(f"no key {kid.hex()[:16]} here")
        key = open_key(read_file(path), self._passphrase, least=self._cost)
        if key.public.kid != kid:
            raise SigningRefusedError(f"the file of {kid.hex()[:16]} holds another key")
        self._opened[kid] = key
        return key

    def _path(self, kid: bytes) -> Path:
        return self._folder / f"{kid.hex()}{_SUFFIX}"
