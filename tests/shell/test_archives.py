"""What is packed is opened, however deep; what cannot be opened is said, and nothing by chance."""

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from shell.archives import DEEPEST, Unopened, Why, unpacked
from shell.traces import search

NAME = "Nguyễn Thị Mẫu Đơn"
WORDS = " ".join(f"chẩn đoán {number} của người mẫu" for number in range(300)).encode()
CONTENT = WORDS + NAME.encode() + WORDS


def zipped(content: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        archive.writestr("x.txt", content)
    return into.getvalue()


def locked_zip() -> bytes:
    """Return a zip whose entry says that it is encrypted."""
    made = bytearray(zipped(CONTENT))
    made[6] |= 1
    return bytes(made)


def with_dictionary() -> bytes:
    dictionary = zstandard.train_dictionary(4096, [WORDS[i : i + 200] for i in range(0, 9000, 40)])
    return zstandard.ZstdCompressor(dict_data=dictionary).compress(CONTENT)


def closed(content: bytes, **more: int) -> set[tuple[str, Why]]:
    return {(one.form, one.why) for one in unpacked(content, **more) if isinstance(one, Unopened)}


def opened(content: bytes) -> bool:
    return any(NAME.encode() in one for one in unpacked(content) if isinstance(one, bytes))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstandard.compress,
    "zip": zipped,
}  # fmt: skip


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_archives_in_archives_are_opened(outer: str, inner: str) -> None:
    packed = PACKERS[outer](PACKERS[inner](CONTENT))
    assert opened(packed)
    assert opened(os.urandom(99) + packed + os.urandom(99))
    assert closed(packed) == set()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_lost_its_directory_or_follows_another_is_opened(method: int) -> None:
    second = zipped(gzip.compress(CONTENT), method=method)
    assert opened(zipped(b"anything else") + second)
    assert opened(second[: second.rindex(b"PK\x01\x02")])


SHUT: dict[str, tuple[Callable[[], bytes], tuple[str, Why]]] = {
    "zip with a password": (locked_zip, ("zip", Why.LOCKED)),
    "zip cut short": (lambda: zipped(CONTENT)[:200], ("zip", Why.DAMAGED)),
    "zip by another method": (
        lambda: zipped(CONTENT, method=zipfile.ZIP_LZMA),
        ("zip", Why.UNREAD),
    ),
    "zip without a header": (lambda: b"PK\x03\x04", ("zip", Why.DAMAGED)),
    "gzip cut short": (lambda: gzip.compress(CONTENT)[:200], ("gzip", Why.DAMAGED)),
    "gzip spoiled": (lambda: gzip.compress(CONTENT)[:40] + bytes(300), ("gzip", Why.DAMAGED)),
    "bzip2 cut short": (lambda: bz2.compress(CONTENT)[:200], ("bzip2", Why.DAMAGED)),
    "xz cut short": (lambda: lzma.compress(CONTENT)[:200], ("xz", Why.DAMAGED)),
    "zstd cut short": (lambda: zstandard.compress(CONTENT)[:100], ("zstd", Why.DAMAGED)),
    "zstd with a dictionary": (with_dictionary, ("zstd", Why.DAMAGED)),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), ("7z", Why.UNREAD)),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(99), ("rar", Why.UNREAD)),
    "age": (lambda: b"age-encryption.org/v1\n" + bytes(99), ("age", Why.LOCKED)),
    "pdf": (lambda: b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>", ("pdf", Why.LOCKED)),
}


@pytest.mark.parametrize("shut", SHUT)
def test_what_cannot_be_looked_into_is_a_finding(shut: str, tmp_path: Path) -> None:
    make, finding = SHUT[shut]
    content = make()
    assert closed(content) == {finding}
    assert finding in closed(gzip.compress(content))
    (tmp_path / "backup").write_bytes(content)
    (said,) = search([tmp_path], [NAME]).closed
    assert (said.file.name, said.form, said.why) == ("backup", *finding)


def test_of_a_damaged_archive_the_readable_part_is_searched() -> None:
    content = NAME.encode() + os.urandom(50_000)
    for pack in (gzip.compress, zipped):
        assert opened(pack(content)[:30_000])


def test_one_entry_that_is_shut_does_not_hide_the_others() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.txt", WORDS)
        archive.writestr("second.txt", CONTENT)
    made = bytearray(into.getvalue())
    made[6] |= 1
    assert opened(bytes(made))
    assert closed(bytes(made)) == {("zip", Why.LOCKED)}


def test_too_deep_and_too_large_are_said() -> None:
    deep = CONTENT
    for _ in range(DEEPEST):
        deep = gzip.compress(deep)
    assert (opened(deep), closed(deep)) == (True, set())
    assert closed(gzip.compress(deep)) == {("archive", Why.TOO_DEEP)}
    large = gzip.compress(bytes(100_000))
    assert closed(large, room=50_000) == {("gzip", Why.TOO_LARGE)}
    assert closed(large, room=100_001) == set()
    noise = zstandard.compress(os.urandom(200_000))
    assert ("zstd", Why.TOO_LARGE) in closed(noise, room=50_000)


@given(st.binary(min_size=1, max_size=2_000), st.integers(0, 1_999))
def test_a_short_mark_amid_other_bytes_is_chance(content: bytes, place: int) -> None:
    for mark in (b"\x1f\x8b\x08", b"x\x9c", b"PK\x03\x04"):
        planted = b"\0" + content[:place] + mark + b"\xff" + content[place:]
        assert closed(planted) == set()


def test_the_command_names_it_and_exits_with_one(tmp_path: Path) -> None:
    home, backups = tmp_path / "home", tmp_path / "backups"
    home.mkdir()
    backups.mkdir()
    asked = ["--home", str(home), "erasure", "search", str(backups)]
    assert CliRunner().invoke(main, asked, input=NAME).exit_code == 0
    (backups / "old.zip").write_bytes(locked_zip())
    said = CliRunner().invoke(main, asked, input=NAME)
    assert said.exit_code == 1
    assert f"could not be looked into: zip in {backups / 'old.zip'}: encrypted" in said.output
    assert "0 found, 1 could not be looked into" in said.output
    told = CliRunner().invoke(main, [*asked, "--json"], input=NAME)
    (shut,) = json.loads(told.output)["closed"]
    assert (shut["form"], shut["why"]) == ("zip", "encrypted")
