import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import override

from keys.algorithms import ALGORITHMS, ED25519, ESP256, Algorithm, PrivateKey
from keys.errors import KeyFileError, SigningRefusedError
from keys.key_file import KdfCost
from keys.signer import FileSigner, Keyring, MemorySigner

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = b"correct horse battery staple"


def _in_files(folder: Path, passphrase: bytes = PASSPHRASE) -> FileSigner:
    return FileSigner(folder / "keys", passphrase, random_bytes=os.urandom, cost=CHEAP)


def _in_memory(_: Path) -> MemorySigner:
    return MemorySigner()


EVERY_KEYRING = pytest.mark.parametrize("keyring_in", [_in_memory, _in_files])
EVERY_ALGORITHM = pytest.mark.parametrize(
    "algorithm", ALGORITHMS.values(), ids=lambda algorithm: algorithm.name
)


@EVERY_KEYRING
@EVERY_ALGORITHM
def test_a_keyring_makes_keys_and_signs_with_them(
    tmp_path: Path, keyring_in: Callable[[Path], Keyring], algorithm: Algorithm
) -> None:
    keyring = keyring_in(tmp_path)
    public = keyring.generate(algorithm)
    assert public.algorithm == algorithm
    assert keyring.public(public.kid) == public
    assert public.verify(keyring.sign(public.kid, b"message"), b"message")


@EVERY_KEYRING
def test_a_keyring_names_its_keys(tmp_path: Path, keyring_in: Callable[[Path], Keyring]) -> None:
    keyring = keyring_in(tmp_path)
    assert keyring.kids() == frozenset()
    kids = {keyring.generate(ESP256).kid, keyring.generate(ED25519).kid}
    assert keyring.kids() == kids


@EVERY_KEYRING
@pytest.mark.parametrize("kid", [b"", bytes(32), b"../../etc/passwd"])
def test_a_key_that_it_does_not_hold_is_refused(
    tmp_path: Path, keyring_in: Callable[[Path], Keyring], kid: bytes
) -> None:
    keyring = keyring_in(tmp_path)
    keyring.generate(ESP256)
    with pytest.raises(SigningRefusedError):
        keyring.sign(kid, b"message")
    with pytest.raises(SigningRefusedError):
        keyring.public(kid)


def test_memory_holds_the_keys_that_it_is_given() -> None:
    key = PrivateKey.generate(ESP256)
    assert MemorySigner([key]).public(key.public.kid) == key.public


def test_files_outlive_the_process(tmp_path: Path) -> None:
    public = _in_files(tmp_path).generate(ESP256)
    again = _in_files(tmp_path)
    assert again.kids() == {public.kid}
    assert public.verify(again.sign(public.kid, b"message"), b"message")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_another_passphrase_signs_nothing(tmp_path: Path) -> None:
    public = _in_files(tmp_path).generate(ESP256)
    with pytest.raises(KeyFileError):
        _in_files(tmp_path, b"wrong").sign(public.kid, b"message")


def test_a_key_made_elsewhere_is_kept_once(tmp_path: Path) -> None:
    key = PrivateKey.generate(ED25519)
    signer = _in_files(tmp_path)
    signer.keep(key)
    assert _in_files(tmp_path).public(key.public.kid) == key.public
    with pytest.raises(KeyFileError):
        signer.keep(key)


def test_a_file_under_another_keys_name_is_refused(tmp_path: Path) -> None:
    signer = _in_files(tmp_path)
    first, second = signer.generate(ESP256), signer.generate(ESP256)
    folder = tmp_path / "keys"
    (folder / f"{first.kid.hex()}.key").replace(folder / f"{second.kid.hex()}.key")
    with pytest.raises(SigningRefusedError):
        _in_files(tmp_path).sign(second.kid, b"message")


def test_other_files_in_the_folder_are_no_keys(tmp_path: Path) -> None:
    signer = _in_files(tmp_path)
    (tmp_path / "keys" / "readme.key").touch()
    (tmp_path / "keys" / ("Z" * 64 + ".key")).touch()
    assert signer.kids() == frozenset()


def test_opening_a_folder_that_others_may_read_still_guards_each_file(tmp_path: Path) -> None:
    public = _in_files(tmp_path).generate(ESP256)
    (tmp_path / "keys" / f"{public.kid.hex()}.key").chmod(0o644)
    with pytest.raises(KeyFileError) as refused:
        _in_files(tmp_path).sign(public.kid, b"message")
    assert refused.value.rule == "mode"


class Counting(FileSigner):
    """Counts how often a container is opened."""

    opened = 0

    @override
    def _open(self, kid: bytes) -> PrivateKey:
        self.opened += 1
        return super()._open(kid)


def test_threads_that_sign_at_once_open_a_container_once(tmp_path: Path) -> None:
    public = _in_files(tmp_path).generate(ESP256)
    signer = Counting(tmp_path / "keys", PASSPHRASE, random_bytes=os.urandom, cost=CHEAP)
    at_once = threading.Barrier(6)
    signed: list[bytes] = []

    def sign() -> None:
        at_once.wait(20)
        signed.append(signer.sign(public.kid, b"m"))

    threads = [threading.Thread(target=sign) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert all(public.verify(one, b"m") for one in signed)
    assert (len(signed), signer.opened) == (6, 1)
