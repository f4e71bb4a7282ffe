"""A planted text is found however it was written; what is not there is not found."""

import base64
import gzip
import io
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shell.traces import search, spellings

NAME = "Nguyễn Thị Mẫu Đơn"
NUMBER = "000190001234"
WORDS = " ".join(f"chẩn đoán {number} của người mẫu" for number in range(300)).encode()


def zipped(content: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", content)
    return into.getvalue()


WAYS = {
    "utf-8": NAME.encode(),
    "nfd": normalize("NFD", NAME).encode(),
    "upper": NAME.upper().encode(),
    "lower nfd": normalize("NFD", NAME.lower()).encode(),
    "utf-16-le": NAME.encode("utf-16-le"),
    "utf-16-be nfd": normalize("NFD", NAME).encode("utf-16-be"),
    "json": json.dumps({"name": NAME}).encode(),
    "json in json": json.dumps(json.dumps({"name": NAME})).encode(),
    "address": quote(NAME).encode(),
    "address lower": quote(NAME).lower().encode(),
    "address plus": quote(NAME).replace("%20", "+").encode(),
    "markup": NAME.encode("ascii", "xmlcharrefreplace"),
    "hexadecimal": NAME.encode().hex().encode(),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": zipped,
    "zstd": zstandard.compress,
    "zstd in gzip": lambda content: gzip.compress(zstandard.compress(content)),
    "base64 in zip": lambda content: zipped(base64.b64encode(content)),
}


def found(folder: Path, content: bytes, *needles: str) -> list[tuple[int, bool]]:
    (folder / "file.bin").write_bytes(content)
    return [(hit.needle, hit.packed) for hit in search([folder], needles or (NAME,)).hits]


@pytest.mark.parametrize("way", WAYS)
def test_a_planted_name_is_found_however_it_is_written(tmp_path: Path, way: str) -> None:
    noise = os.urandom(5_000)
    assert found(tmp_path, noise + WAYS[way] + noise) == [(1, False)]


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_name_in_base64_is_found_wherever_it_begins(
    tmp_path: Path, before: int, encode: Callable[[bytes], bytes]
) -> None:
    content = encode(os.urandom(before) + NAME.encode() + os.urandom(7))
    assert found(tmp_path, b"<document>" + content + b"</document>") == [(1, False)]


@pytest.mark.parametrize("way", PACKED)
def test_a_name_that_is_compressed_inside_of_a_file_is_found(tmp_path: Path, way: str) -> None:
    content = WORDS + NAME.encode() + WORDS
    planted = PACKED[way](content)
    # The zip's own directory is at its end; the others may be followed by anything.
    after = b"" if "zip" in way else os.urandom(999)
    assert found(tmp_path, os.urandom(999) + planted + after) == [(1, True)]


def test_a_number_in_a_database_and_in_its_log_is_found(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (a TEXT)")
        database.execute("INSERT INTO t VALUES (?)", (NUMBER,))
        database.commit()
        hits = search([tmp_path], [NUMBER]).hits
        assert {hit.file.name for hit in hits} >= {"x.db-wal"}
    database.close()


def test_each_text_has_its_number_and_is_named_once_a_file(tmp_path: Path) -> None:
    content = (NUMBER + " " + NAME + " " + NUMBER).encode()
    assert found(tmp_path, content, NAME, NUMBER, "không có ở đây") == [(1, False), (2, False)]


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    noise = os.urandom(200_000) + zlib.compress(b"something else") + b"\x78\x9c" * 50
    assert found(tmp_path, noise) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "a.txt").write_text(NAME)
    (inside / "link").symlink_to(outside / "a.txt")
    assert search([inside], [NAME]).hits == ()
    assert len(search([inside, outside], [NAME]).hits) == 1


def test_a_trap_that_inflates_without_end_stops_nothing(tmp_path: Path) -> None:
    trap = gzip.compress(bytes(30 << 20))
    assert found(tmp_path, trap + NAME.encode()) == [(1, False)]


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=6, max_size=20)


@given(_texts.filter(lambda text: len(text.strip()) >= 6), st.binary(max_size=20))
def test_every_spelling_of_a_text_is_met_in_what_holds_it(text: str, around: bytes) -> None:
    wanted = spellings(text)
    assert text.encode() in wanted or normalize("NFC", text).encode() in wanted
    sealed = base64.b64encode(around + normalize("NFC", text).encode() + around)
    if len(text.encode()) >= 12:
        assert any(one in sealed for one in wanted)
