import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.deterministic import encode
from keys.key_store_errors import CommitmentMismatchError, RootKeyError
from keys.root_key import FileRootKey, MemoryRootKey, RootKey

LABEL = "00ff.1"


@pytest.fixture(params=["memory", "file"])
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RootKey]:
    if request.param == "memory":
        yield MemoryRootKey(os.urandom)
    else:
        yield FileRootKey(tmp_path / "root", os.urandom)


def test_a_wrapped_secret_comes_back_in_its_place_only(provider: RootKey) -> None:
    provider.new_root(LABEL)
    wrapped = provider.wrap(LABEL, bytes(range(32)), b"top")
    assert provider.unwrap(LABEL, wrapped, b"top") == bytes(range(32))
    with pytest.raises(CommitmentMismatchError):
        provider.unwrap(LABEL, wrapped, b"elsewhere")


def test_making_a_key_again_makes_no_second_one(provider: RootKey) -> None:
    provider.new_root(LABEL)
    provider.new_index_key("00ff.numbers")
    wrapped = provider.wrap(LABEL, bytes(32), b"top")
    tag = provider.hmac("00ff.numbers", b"x")
    provider.new_root(LABEL)
    provider.new_index_key("00ff.numbers")
    assert provider.unwrap(LABEL, wrapped, b"top") == bytes(32)
    assert provider.hmac("00ff.numbers", b"x") == tag
    assert provider.roots() == {LABEL}


def test_a_destroyed_root_opens_nothing_and_is_said_to_be_gone(provider: RootKey) -> None:
    provider.new_root(LABEL)
    wrapped = provider.wrap(LABEL, bytes(32), b"top")
    assert "removed" in provider.destroy(LABEL)
    assert "not held" in provider.destroy(LABEL)
    assert provider.roots() == frozenset()
    with pytest.raises(RootKeyError):
        provider.unwrap(LABEL, wrapped, b"top")
    provider.new_root(LABEL)
    with pytest.raises(CommitmentMismatchError):
        provider.unwrap(LABEL, wrapped, b"top")


def test_a_root_is_no_index_key_and_the_other_way_round(provider: RootKey) -> None:
    provider.new_root(LABEL)
    provider.new_index_key("00ff.numbers")
    with pytest.raises(RootKeyError):
        provider.hmac(LABEL, b"x")
    with pytest.raises(RootKeyError):
        provider.wrap("00ff.numbers", bytes(32), b"top")


def test_the_software_root_says_that_it_is_software(provider: RootKey) -> None:
    assert provider.assurance == "software"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FileRootKey(tmp_path, os.urandom).new_root(LABEL)
    return tmp_path


def test_files_and_folder_are_for_nobody_else(tmp_path: Path) -> None:
    FileRootKey(tmp_path / "root", os.urandom).new_root(LABEL)
    file = tmp_path / "root" / f"{LABEL}.root"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_another_process_sees_the_same_root(folder: Path) -> None:
    wrapped = FileRootKey(folder, os.urandom).wrap(LABEL, bytes(32), b"top")
    assert FileRootKey(folder, os.urandom).unwrap(LABEL, wrapped, b"top") == bytes(32)


def test_of_two_who_make_the_same_root_at_once_the_first_wins(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    slow = FileRootKey(other, os.urandom)

    class Late:
        """Lets somebody else make the root while random bytes are drawn."""

        def __call__(self, count: int) -> bytes:
            slow.new_root(LABEL)
            return os.urandom(count)

    first = FileRootKey(other, Late())
    first.new_root(LABEL)
    wrapped = slow.wrap(LABEL, bytes(32), b"top")
    assert FileRootKey(other, os.urandom).unwrap(LABEL, wrapped, b"top") == bytes(32)
    assert [file.name for file in other.iterdir()] == [f"{LABEL}.root"]


def test_destroying_overwrites_the_file_before_it_goes(folder: Path) -> None:
    file = folder / f"{LABEL}.root"
    before = file.read_bytes()
    (folder / "second-name").hardlink_to(file)
    FileRootKey(folder, os.urandom).destroy(LABEL)
    after = (folder / "second-name").read_bytes()
    assert len(after) == len(before)
    assert after != before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_open_is_refused(folder: Path, mode: int) -> None:
    (folder / f"{LABEL}.root").chmod(mode)
    with pytest.raises(RootKeyError, match="0600"):
        FileRootKey(folder, os.urandom).wrap(LABEL, bytes(32), b"top")


def test_a_file_of_another_user_is_refused(folder: Path) -> None:
    root = FileRootKey(folder, os.urandom, owner=os.geteuid() + 1)
    with pytest.raises(RootKeyError, match="another user"):
        root.wrap(LABEL, bytes(32), b"top")


def test_a_link_in_the_files_place_is_refused(folder: Path) -> None:
    file = folder / f"{LABEL}.root"
    file.rename(folder / "elsewhere")
    file.symlink_to(folder / "elsewhere")
    with pytest.raises(RootKeyError):
        FileRootKey(folder, os.urandom).wrap(LABEL, bytes(32), b"top")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not cbor",
        encode([1, 2]),
        encode({"v": 1, "use": "root", "label": LABEL}),
        encode({"v": 1, "use": "root", "label": LABEL, "secret": bytes(31)}),
        encode({"v": 1, "use": "root", "label": LABEL, "secret": "text"}),
        encode({"v": 2, "use": "root", "label": LABEL, "secret": bytes(32)}),
        encode({"v": 1, "use": "index", "label": LABEL, "secret": bytes(32)}),
        encode({"v": 1, "use": "root", "label": "00ff.2", "secret": bytes(32)}),
        encode({"v": 1, "use": "root", "label": LABEL, "secret": bytes(32), "more": 1}),
        encode({"v": 1, "use": "root", "label": LABEL, "secret": bytes(32)}) + b"\x00",
    ],
)
def test_a_file_that_holds_anything_else_is_refused(folder: Path, content: bytes) -> None:
    (folder / f"{LABEL}.root").write_bytes(content)
    with pytest.raises(RootKeyError):
        FileRootKey(folder, os.urandom).wrap(LABEL, bytes(32), b"top")


@pytest.mark.parametrize("label", ["", "../up", ".hidden", "UPPER", "a b"])
def test_a_label_never_leaves_the_folder(folder: Path, label: str) -> None:
    with pytest.raises(RootKeyError, match="label"):
        FileRootKey(folder, os.urandom).new_root(label)
