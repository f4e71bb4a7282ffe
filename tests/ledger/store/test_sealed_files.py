"""Files beside the ledger: sealed, named by what they hold, swept, gone with the key."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from keys.key_store_errors import KeyDestroyedError
from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.errors import StoreUnavailableError, TamperedError
from ledger.personal import Erased
from ledger.store.sealed_files import SealedFiles, Swept

SUBJECT, VISIT = UUID(int=1), UUID(int=2)
CONTENT = "phim chụp mẫu".encode() * 100
LATER, BEFORE = 1e12, 0.0


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[SubjectKeys]:
    root = FileRootKey(tmp_path / "root", os.urandom)
    with closing(
        open_subject_keys(f"sqlite:///{tmp_path / 'keys.db'}", root, random=os.urandom)
    ) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(folder: Path, keys: SubjectKeys) -> SealedFiles:
    return SealedFiles(folder, keys)


def paths(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_a_file_is_kept_sealed_and_once(files: SealedFiles, folder: Path) -> None:
    address = files.put(CONTENT, subject=SUBJECT, stream=VISIT)
    assert files.put(CONTENT, subject=SUBJECT, stream=VISIT) == address
    assert files.get(address, stream=VISIT) == CONTENT
    assert files.has(address)
    assert not files.has(bytes(32))
    (file,) = paths(folder)
    assert "mẫu".encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_content_of_another_visit_or_person_is_another_file(files: SealedFiles) -> None:
    addresses = {
        files.put(CONTENT, subject=subject, stream=visit)
        for subject in (SUBJECT, uuid4())
        for visit in (VISIT, uuid4())
    }
    assert len(addresses) == 4


def test_what_is_not_where_it_was_put_is_refused(files: SealedFiles, folder: Path) -> None:
    address = files.put(CONTENT, subject=SUBJECT, stream=VISIT)
    with pytest.raises(TamperedError):
        files.get(address, stream=uuid4())
    with pytest.raises(TamperedError):
        files.get(bytes(32), stream=VISIT)
    (file,) = paths(folder)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(TamperedError):
        files.get(address, stream=VISIT)


def test_an_orphan_goes_when_it_is_old_and_a_named_file_stays(
    files: SealedFiles, folder: Path
) -> None:
    named = files.put(CONTENT, subject=SUBJECT, stream=VISIT)
    orphan = files.put(b"another", subject=SUBJECT, stream=VISIT)
    unfinished = folder / named.hex()[:2] / ".cut-short"
    unfinished.write_bytes(bytes(60))
    assert files.sweep({named}.__contains__, before=BEFORE) == Swept(0, 0)
    assert files.has(orphan)
    assert files.sweep({named}.__contains__, before=LATER) == Swept(2, 0)
    assert files.has(named)
    assert not files.has(orphan)


def test_a_forgotten_persons_files_say_nothing_and_go(
    files: SealedFiles, keys: SubjectKeys
) -> None:
    address = files.put(CONTENT, subject=SUBJECT, stream=VISIT)
    kept = files.put(CONTENT, subject=uuid4(), stream=VISIT)
    keys.forget(SUBJECT, ["health"], batch=uuid4())
    assert isinstance(files.get(address, stream=VISIT), Erased)
    with pytest.raises(KeyDestroyedError):
        files.put(CONTENT, subject=SUBJECT, stream=VISIT)
    assert files.sweep({address, kept}.__contains__, before=BEFORE) == Swept(0, 1)
    assert not files.has(address)
    assert files.has(kept)


def test_a_folder_that_cannot_be_written_is_told(keys: SubjectKeys, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(StoreUnavailableError):
        SealedFiles(tmp_path / "taken", keys).put(CONTENT, subject=SUBJECT, stream=VISIT)


def test_an_empty_place_has_nothing_to_sweep(files: SealedFiles) -> None:
    assert files.sweep(lambda _: False, before=LATER) == Swept(0, 0)
