import os
from collections.abc import Callable
from pathlib import Path

import cbor2
import pytest

from keys.algorithms import ALGORITHMS, ED25519, ESP256, Algorithm, PrivateKey
from keys.errors import KeyFileError
from keys.key_file import (
    FULL_COST,
    MAX_FILE_BYTES,
    KdfCost,
    open_key,
    read_file,
    seal_key,
    write_file,
)

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = b"correct horse battery staple"
KEY = PrivateKey.generate(ESP256)


def _seal(key: PrivateKey = KEY, cost: KdfCost = CHEAP) -> bytes:
    return seal_key(key, PASSPHRASE, random_bytes=os.urandom, cost=cost)


CONTAINER = _seal()


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=lambda algorithm: algorithm.name)
def test_a_key_comes_out_of_its_container(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm)
    opened = open_key(_seal(key), PASSPHRASE, least=CHEAP)
    assert opened.public == key.public
    assert key.public.verify(opened.sign(b"message"), b"message")


def test_by_default_a_guess_costs_256_mebibytes_and_three_passes() -> None:
    container = seal_key(KEY, PASSPHRASE, random_bytes=os.urandom)
    assert cbor2.loads(container)["kdf"][:4] == ["argon2id", 262_144, 3, 1]
    assert KdfCost(262_144, 3, 1) == FULL_COST
    assert open_key(container, PASSPHRASE).public == KEY.public


def test_the_container_does_not_show_the_key() -> None:
    private = KEY.pkcs8()
    assert private not in CONTAINER
    assert private[36:68] not in CONTAINER


def test_two_containers_of_one_key_have_nothing_in_common() -> None:
    first, second = cbor2.loads(_seal()), cbor2.loads(_seal())
    assert first["ct"] != second["ct"]
    assert first["nonce"] != second["nonce"]
    assert first["kdf"][4] != second["kdf"][4]


def _with(**changes: object) -> bytes:
    members = cbor2.loads(CONTAINER)
    return cbor2.dumps({**members, **changes}, canonical=True)


def _kdf(*cost: object) -> list[object]:
    return ["argon2id", *cost]


SALT = bytes(16)
REVERSED = cbor2.dumps(dict(reversed(cbor2.loads(CONTAINER).items())))
OTHER = PrivateKey.generate(ED25519)


@pytest.mark.parametrize(
    ("container", "rule"),
    [
        pytest.param(b"", "form", id="nothing"),
        pytest.param(CONTAINER + b"\x00", "form", id="a trailing byte"),
        pytest.param(REVERSED, "form", id="another encoding"),
        pytest.param(cbor2.dumps([]), "version", id="a list"),
        pytest.param(_with(v=2), "version", id="another version"),
        pytest.param(_with(more=1), "form", id="a member too many"),
        pytest.param(_with(ct="text"), "form", id="a ciphertext of text"),
        pytest.param(_with(kid=bytes(31)), "form", id="a short kid"),
        pytest.param(_with(nonce="twelve bytes"), "form", id="a nonce of text"),
        pytest.param(_with(kdf=["scrypt", 64, 1, 1, SALT]), "form", id="another derivation"),
        pytest.param(_with(kdf=_kdf(64, 1, 1, bytes(8))), "form", id="a short salt"),
        pytest.param(_with(kdf=_kdf(4, 1, 1, SALT)), "form", id="less memory than a lane needs"),
        pytest.param(_with(kdf=_kdf(64, 0, 1, SALT)), "form", id="no passes"),
        pytest.param(_with(kdf=_kdf(64, 1, 0, SALT)), "form", id="no lanes"),
        pytest.param(_with(kdf=_kdf((1 << 20) + 1, 1, 1, SALT)), "kdf_too_costly", id="memory"),
        pytest.param(_with(kdf=_kdf(64, 17, 1, SALT)), "kdf_too_costly", id="time"),
        pytest.param(_with(kdf=_kdf(1 << 20, 1, 17, SALT)), "kdf_too_costly", id="threads"),
        pytest.param(_with(kdf=_kdf(32, 1, 1, SALT)), "kdf_too_cheap", id="less memory"),
        pytest.param(_with(kid=OTHER.public.kid), "passphrase", id="another key's name"),
        pytest.param(_with(alg=-19), "passphrase", id="another algorithm"),
        pytest.param(_with(kdf=_kdf(64, 1, 1, SALT)), "passphrase", id="another salt"),
        pytest.param(_with(ct=bytes(100)), "passphrase", id="another ciphertext"),
        pytest.param(_with(ct=b""), "passphrase", id="no ciphertext"),
    ],
)
def test_a_container_that_was_changed_is_refused(container: bytes, rule: str) -> None:
    with pytest.raises(KeyFileError) as refused:
        open_key(container, PASSPHRASE, least=CHEAP)
    assert refused.value.rule == rule


@pytest.mark.parametrize("passphrase", [b"wrong", PASSPHRASE + b" ", b""])
def test_another_passphrase_opens_nothing(passphrase: bytes) -> None:
    with pytest.raises(KeyFileError) as refused:
        open_key(CONTAINER, passphrase, least=CHEAP)
    assert refused.value.rule == "passphrase"
    assert PASSPHRASE.decode() not in str(refused.value)


def test_a_key_is_not_sealed_without_a_passphrase() -> None:
    with pytest.raises(KeyFileError):
        seal_key(KEY, b"", random_bytes=os.urandom, cost=CHEAP)


@pytest.mark.parametrize("weaker", [KdfCost(32, 1, 1), KdfCost(64, 1, 1)])
def test_a_container_that_is_cheaper_to_guess_than_asked_for_is_refused(weaker: KdfCost) -> None:
    with pytest.raises(KeyFileError) as refused:
        open_key(_seal(cost=weaker), PASSPHRASE, least=KdfCost(64, 2, 1))
    assert refused.value.rule == "kdf_too_cheap"


class _Renamed:
    """A key that is sealed under another key's name, as by someone who knows the passphrase."""

    def __init__(self, named: PrivateKey, pkcs8: bytes) -> None:
        self.public = named.public
        self._pkcs8 = pkcs8

    def pkcs8(self) -> bytes:
        return self._pkcs8


@pytest.mark.parametrize("inside", [OTHER.pkcs8(), b"no key"], ids=["another key", "no key"])
def test_a_container_must_hold_the_key_that_it_is_named_after(inside: bytes) -> None:
    planted = _seal(_Renamed(KEY, inside))  # type: ignore[arg-type] # the forgery is the point
    with pytest.raises(KeyFileError) as refused:
        open_key(planted, PASSPHRASE, least=CHEAP)
    assert refused.value.rule == "other_key"


def test_a_file_is_written_for_its_owner_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    before = os.umask(0)
    try:
        write_file(path, CONTAINER)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_file(path) == CONTAINER
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    write_file(path, CONTAINER)
    with pytest.raises(KeyFileError) as refused:
        write_file(path, b"another")
    assert refused.value.rule == "exists"
    assert read_file(path) == CONTAINER
    assert list(tmp_path.iterdir()) == [path]


def test_a_draft_that_a_crash_left_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    (tmp_path / "one.key.new").write_bytes(b"half")
    write_file(path, CONTAINER)
    assert read_file(path) == CONTAINER


def _readable_by_the_group(path: Path) -> None:
    path.chmod(0o640)


def _executable_by_others(path: Path) -> None:
    path.chmod(0o601)


def _a_link(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _huge(path: Path) -> None:
    path.write_bytes(bytes(MAX_FILE_BYTES + 1))


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        (_readable_by_the_group, "mode"),
        (_executable_by_others, "mode"),
        (_a_link, "not_a_file"),
        (_a_folder, "not_a_file"),
        (_a_pipe, "not_a_file"),
        (_huge, "too_large"),
        (Path.unlink, "missing"),
    ],
)
def test_a_file_that_others_could_have_touched_is_refused(
    tmp_path: Path, harm: Callable[[Path], None], rule: str
) -> None:
    path = tmp_path / "one.key"
    write_file(path, CONTAINER)
    harm(path)
    with pytest.raises(KeyFileError) as refused:
        read_file(path)
    assert refused.value.rule == rule


def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    write_file(path, CONTAINER)
    with pytest.raises(KeyFileError) as refused:
        read_file(path, owner=os.geteuid() + 1)
    assert refused.value.rule == "owner"
