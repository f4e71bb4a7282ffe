"""Files of a visit: kept before they are named, moved with it, forgotten with the person."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from ledger.commands import visit_changes
from ledger.commands.deliveries import Taken
from ledger.commands.kept_files import sweep
from ledger.commands.visit_files import LARGEST_FILE, NewFile, attach_file, open_file
from ledger.commands.visit_streams import load_visit
from ledger.errors import InvalidInputError, NotFoundError, RefusedError, StoreUnavailableError
from ledger.records.visit import DocumentAttached
from ledger.store.sealed_files import SealedFiles, Swept
from tests_support.intake_house import (
    OTHER,
    REGISTRAR,
    IntakeHouse,
    delivery,
    intake_house,
    patient,
    sender,
)

PDF = NewFile(b"%PDF-1.7 specimen", "application/pdf", "Kết quả mẫu")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[IntakeHouse]:
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as opened:
        yield opened


@pytest.fixture
def files(house: IntakeHouse, tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path / "blobs", house.keys)


@pytest.fixture
def taken(house: IntakeHouse) -> Taken:
    return house.take(delivery())


def attach(house: IntakeHouse, files: SealedFiles, visit: UUID, new: NewFile = PDF) -> bytes:
    return attach_file(house.facts, files, visit=visit, new=new, act=sender()).address


def opened(house: IntakeHouse, files: SealedFiles, visit: UUID, address: bytes) -> bytes:
    return open_file(files, visit, load_visit(house.facts, visit).state, address)[1]


def test_a_file_is_named_by_a_fact_once_and_read_again(
    house: IntakeHouse, files: SealedFiles, taken: Taken
) -> None:
    address = attach(house, files, taken.stream)
    again = attach_file(house.facts, files, visit=taken.stream, new=PDF, act=sender())
    assert (again.address, again.repeated) == (address, True)
    facts = house.facts.history(taken.stream).facts
    (fact,) = (one for one in facts if isinstance(one, DocumentAttached))
    assert (fact.address, fact.size, fact.title) == (address, len(PDF.content), PDF.title)
    assert opened(house, files, taken.stream, address) == PDF.content


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"content": b""}, "file_size"),
        ({"content": b"%PDF-" + bytes(LARGEST_FILE)}, "file_size"),
        ({"content": b"MZ program"}, "file_content"),
        ({"media_type": "image/png"}, "file_content"),
        ({"media_type": "text/html"}, "media_type"),
        ({"title": " "}, "not_blank"),
        ({"title": "x" * 501}, "too_long"),
    ],
)
def test_what_no_facility_may_send_is_refused_and_named_by_no_fact(
    house: IntakeHouse, files: SealedFiles, taken: Taken, change: dict[str, object], rule: str
) -> None:
    head = house.facts.head()
    with pytest.raises(InvalidInputError) as refused:
        attach(house, files, taken.stream, replace(PDF, **change))  # type: ignore[arg-type]
    assert refused.value.rule == rule
    assert house.facts.head() == head


def test_only_the_sender_attaches_and_only_to_what_stands(
    house: IntakeHouse, files: SealedFiles, taken: Taken
) -> None:
    with pytest.raises(NotFoundError):
        attach_file(house.facts, files, visit=taken.stream, new=PDF, act=sender(OTHER))
    visit_changes.void(house.facts, stream=taken.stream, reason="Nhầm", act=sender())
    with pytest.raises(RefusedError) as refused:
        attach(house, files, taken.stream)
    assert refused.value.rule == "voided"


def test_files_move_with_the_visit_and_outlive_the_wrong_person(
    house: IntakeHouse, files: SealedFiles, taken: Taken
) -> None:
    other = house.take(delivery("LK-2", whose=patient("000099000002")))
    assert taken.subject is not None
    assert other.subject is not None
    old = attach(house, files, taken.stream)

    def move(kept: SealedFiles | None) -> None:
        assert other.subject is not None
        visit_changes.reassign(
            house.facts, stream=taken.stream, to=other.subject, reason="Nhầm người",
            act=REGISTRAR, files=kept,
        )  # fmt: skip

    with pytest.raises(RefusedError) as refused:
        move(None)
    assert refused.value.rule == "files_elsewhere"
    move(files)
    (named,) = load_visit(house.facts, taken.stream).state.attached
    assert named.address != old
    house.keys.forget(taken.subject, ["health"], batch=uuid4())
    assert opened(house, files, taken.stream, named.address) == PDF.content
    with pytest.raises(NotFoundError):
        opened(house, files, taken.stream, old)


def test_a_forgotten_persons_file_is_erased_and_swept(
    house: IntakeHouse, files: SealedFiles, taken: Taken
) -> None:
    assert taken.subject is not None
    address = attach(house, files, taken.stream)
    house.keys.forget(taken.subject, ["health"], batch=uuid4())
    with pytest.raises(RefusedError) as refused:
        opened(house, files, taken.stream, address)
    assert refused.value.rule == "visit_erased"
    with pytest.raises(RefusedError):
        attach(house, files, taken.stream)
    assert sweep(house.facts, files, act=sender()).erased == 1


class Cut(SealedFiles):
    """A store that is cut short after the file and before the fact."""

    @override
    def put(self, content: bytes, *, subject: UUID, stream: UUID) -> bytes:
        super().put(content, subject=subject, stream=stream)
        raise StoreUnavailableError("cut short")


def test_what_was_cut_short_is_swept_a_day_later_and_what_is_named_stays(
    house: IntakeHouse, files: SealedFiles, taken: Taken, tmp_path: Path
) -> None:
    address = attach(house, files, taken.stream)
    with suppress(StoreUnavailableError):
        orphan = replace(PDF, content=PDF.content + b"2")
        attach(house, Cut(tmp_path / "blobs", house.keys), taken.stream, orphan)
    now = replace(sender(), at=datetime.now(UTC))
    assert sweep(house.facts, files, act=now) == Swept(0, 0)
    later = replace(now, at=now.at + timedelta(days=1, minutes=1))
    assert sweep(house.facts, files, act=later) == Swept(1, 0)
    assert opened(house, files, taken.stream, address) == PDF.content
