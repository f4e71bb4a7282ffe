"""Files that an applicant sends: kept before they are named, named once, opened, forgotten."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_facts import DeadlineResumed, RequestDrafted, SupplementReceived
from ledger.certificates.request_files import (
    LARGEST_FILE,
    MOST_FILES,
    FileReceived,
    NewFile,
    check_files,
)
from ledger.commands import processing, requests
from ledger.commands.kept_files import lost, sweep
from ledger.commands.request_files import keep, opened
from ledger.errors import InvalidInputError, NotFoundError, RefusedError, TamperedError
from ledger.facts import Receipt
from ledger.identifiers import request_stream
from ledger.store.sealed_files import NAMING, REQUEST_FILES, SealedFiles, Swept
from tests_support.golden_facts import CLEAR_FIELDS
from tests_support.request_desk import CALENDAR, NEW, SUBJECT, by
from tests_support.request_office import RequestOffice, office

STREAM = request_stream(NEW.authority, NEW.dossier_code)
CITIZEN, INTAKE = by(Role.CITIZEN), by(Role.INTAKE_OFFICER)
PAPER = NewFile(b"%PDF-1.7 specimen", "application/pdf", "Xác nhận cư trú.pdf")
PHOTO = NewFile(b"\xff\xd8\xff specimen", "image/jpeg", "ảnh.jpg")


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[SubjectKeys]:
    root = FileRootKey(tmp_path / "root", os.urandom)
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    with closing(open_subject_keys(url, root, random=os.urandom)) as made:
        yield made


@pytest.fixture
def files(keys: SubjectKeys, tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path / "blobs", keys, REQUEST_FILES)


def drafted(files: SealedFiles, *sent: NewFile) -> RequestOffice:
    made = office()
    keep(
        files, sent, request=STREAM, subject=SUBJECT,
        then=lambda kept: requests.draft(made.facts, new=NEW, act=CITIZEN, files=kept),
    )  # fmt: skip
    return made


def answer(made: RequestOffice, files: SealedFiles, *sent: NewFile) -> Receipt:
    return keep(
        files, sent, request=STREAM, subject=SUBJECT,
        then=lambda kept: requests.receive_supplement(
            made.facts, request=STREAM, act=CITIZEN, calendar=CALENDAR, files=kept
        ),
    )  # fmt: skip


def test_files_are_named_right_behind_the_draft_that_they_came_with(files: SealedFiles) -> None:
    made = drafted(files, PAPER, PHOTO)
    draft, paper, photo = made.facts.history(STREAM).facts
    assert isinstance(draft, RequestDrafted)
    assert isinstance(paper, FileReceived)
    assert (paper.size, paper.media_type, paper.name) == (17, "application/pdf", PAPER.name)
    assert paper.digest == sha256(PAPER.content).digest()
    assert paper.address != paper.digest, "who has the file could ask whether it is here"
    assert made.state(STREAM).files == (paper, photo)
    assert opened(files, made.facts.history(STREAM), 3) == (photo, PHOTO.content)


def test_files_come_with_the_answer_to_a_supplement_and_the_clock_runs_on(
    files: SealedFiles,
) -> None:
    made = office()
    made.bring_to(Stage.ACCEPTED)
    processing.request_supplement(
        made.facts, request=STREAM, missing="Thiếu giấy tờ", act=INTAKE, calendar=CALENDAR
    )
    answer(made, files, PAPER)
    came = [type(one) for one in made.facts.history(STREAM).facts[-3:]]
    assert came == [SupplementReceived, FileReceived, DeadlineResumed]
    assert made.state(STREAM).stage is Stage.ACCEPTED


def test_the_same_content_twice_in_one_act_is_one_file(files: SealedFiles) -> None:
    made = drafted(files, PAPER, replace(PAPER, name="again.pdf"))
    assert len(made.state(STREAM).files) == 1


@pytest.mark.parametrize(
    ("sent", "place", "rule"),
    [
        ([PAPER] * (MOST_FILES + 1), "files", "too_many_files"),
        ([PHOTO, replace(PAPER, content=b"")], "files[1]", "file_empty"),
        ([replace(PAPER, content=bytes(LARGEST_FILE + 1))], "files[0]", "file_too_large"),
        ([replace(PAPER, media_type="text/html")], "files[0]", "file_type"),
        ([replace(PAPER, name=" ")], "files[0]", "not_blank"),
        ([replace(PAPER, name="a\u202efdp.exe")], "files[0]", "invisible"),
    ],
)
def test_what_no_applicant_may_send_is_refused_by_its_place(
    sent: list[NewFile], place: str, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_files(sent)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_one_bad_file_keeps_none_of_them_and_records_nothing(
    files: SealedFiles, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError):
        drafted(files, PAPER, replace(PHOTO, content=b""))
    assert not (tmp_path / "blobs").exists()


def test_what_was_refused_after_it_was_kept_is_swept_a_day_later_and_what_is_named_stays(
    files: SealedFiles,
) -> None:
    made = drafted(files, PAPER)
    with pytest.raises(RefusedError):  # nothing is missing
        answer(made, files, PHOTO)
    now = replace(by(Role.SYSTEM), at=datetime.now(UTC))
    assert sweep(made.facts, files, act=now) == Swept(0, 0)
    later = replace(now, at=now.at + timedelta(days=1, minutes=1))
    assert sweep(made.facts, files, act=later) == Swept(1, 0)
    assert opened(files, made.facts.history(STREAM), 2)[1] == PAPER.content


def test_a_file_that_a_sweep_took_while_it_was_recorded_is_kept_again(
    files: SealedFiles, tmp_path: Path
) -> None:
    made = office()

    def record(kept: tuple[FileReceived, ...]) -> Receipt:
        done = requests.draft(made.facts, new=NEW, act=CITIZEN, files=kept)
        for file in (tmp_path / "blobs").glob("*/*"):
            file.unlink()
        return done

    keep(files, [PAPER], request=STREAM, subject=SUBJECT, then=record)
    assert opened(files, made.facts.history(STREAM), 2)[1] == PAPER.content


def test_a_number_that_names_no_file_is_not_found(files: SealedFiles) -> None:
    history = drafted(files, PAPER).facts.history(STREAM)
    for number in (0, 1, 3):
        with pytest.raises(NotFoundError):
            opened(files, history, number)


def test_another_file_in_its_place_is_noticed(files: SealedFiles, tmp_path: Path) -> None:
    made = drafted(files, PAPER)
    named = made.state(STREAM).files[0]
    other = files.put(b"%PDF-1.7 forged", subject=SUBJECT, stream=STREAM)
    forged = made.facts.history(STREAM)
    swapped = tuple(
        replace(one, fact=replace(named, address=other)) if one.fact is named else one
        for one in forged.recorded
    )
    with pytest.raises(TamperedError):
        opened(files, replace(forged, recorded=swapped), 2)
    place = tmp_path / "blobs" / named.address.hex()[:2] / named.address.hex()
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    with pytest.raises(TamperedError):
        opened(files, forged, 2)


def test_a_lost_and_a_changed_file_are_found_and_a_swept_one_of_the_forgotten_is_not(
    files: SealedFiles, tmp_path: Path
) -> None:
    made = drafted(files, PAPER, PHOTO)
    one, two = made.state(STREAM).files
    folder = tmp_path / "blobs"
    assert list(lost(made.facts, files, deep=True)) == []
    changed = folder / one.address.hex()[:2] / one.address.hex()
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    assert list(lost(made.facts, files, deep=False)) == []
    (folder / two.address.hex()[:2] / two.address.hex()).unlink()
    assert list(lost(made.facts, files, deep=False)) == [two.address]
    assert list(lost(made.facts, files, deep=True)) == [one.address, two.address]


def test_the_sweep_knows_every_fact_that_names_a_file() -> None:
    clear = (line.partition(": ") for line in CLEAR_FIELDS.read_text("utf-8").splitlines())
    naming = {name for name, _, fields in clear if {"address", "media_type"} <= {*fields.split()}}
    assert naming == set(NAMING)


def test_a_forgotten_persons_file_says_nothing_and_goes(
    files: SealedFiles, keys: SubjectKeys
) -> None:
    made = drafted(files, PAPER)
    keys.forget(SUBJECT, ["identity"], batch=uuid4())
    with pytest.raises(RefusedError) as refused:
        opened(files, made.facts.history(STREAM), 2)
    assert refused.value.rule == "file_erased"
    assert sweep(made.facts, files, act=CITIZEN) == Swept(0, 1)
