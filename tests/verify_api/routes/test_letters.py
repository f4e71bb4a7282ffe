"""Letters: what was sent is kept, signed, and the same file for the citizen and for officers."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest

from ledger.commands import processing
from ledger.commands.access import who_looked
from ledger.facts import Act
from ledger.records.access import AccessRecorded, RecordKind
from ledger.records.letter import LetterKept
from tests_support.citizen_house import PAGE, Citizen, citizen, citizen_house
from tests_support.whole_house import House
from verify_api.callers import Role

MISSING = {"missing": "Bản sao Giấy khai sinh"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house; who is erased in it is nobody else's."""
    with citizen_house(tmp_path_factory.mktemp("letters") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def ann(house: House) -> Citizen:
    return citizen(house)


@pytest.fixture(scope="module")
def asked(ann: Citizen) -> UUID:
    """Ann's request, for which a supplement was asked."""
    request = ann.submitted()
    ann.house.walk(request, to="forward")
    answer = ann.house.do(request, "request_supplement", Role.CASE_OFFICER, **MISSING)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return request


def letters(house: House, request: UUID) -> list[LetterKept]:
    found = house.system.facts.read(after=0, limit=100_000, topics=("letter.kept/1",))
    facts = [one.fact for one in found if isinstance(one.fact, LetterKept)]
    return [one for one in facts if one.request == request]


def test_what_is_sent_is_kept_with_the_act_that_sent_it(house: House, asked: UUID) -> None:
    (kept,) = letters(house, asked)
    assert isinstance(kept.document, bytes)
    assert kept.document_digest == sha256(kept.document).digest()
    assert b"/ETSI.CAdES.detached" in kept.document


def test_the_citizen_and_the_officer_get_the_same_file_however_late(
    house: House, ann: Citizen, asked: UUID
) -> None:
    (kept,) = letters(house, asked)
    page = ann.read(f"/my/requests/{asked}")
    address = re.search(r'href="(/my/requests/[^"]+/letters/\d+\.pdf)"', page)
    assert address is not None
    mine = ann.get(address[1])
    assert (mine.data, mine.mimetype) == (kept.document, "application/pdf")
    house.clock.at += timedelta(minutes=5)
    officer = house.browser(Role.CASE_OFFICER)
    theirs = officer.get(f"/work/{asked}/letters/{kept.number}.pdf", headers=PAGE)
    assert theirs.data == mine.data
    assert len(letters(house, asked)) == 1
    told = ann.browser.get(f"/v1/my/requests/{asked}/letters").get_json()["letters"]
    assert [(one["number"], one["sha256"]) for one in told] == [
        (kept.number, sha256(mine.data).hexdigest())
    ]
    looks = [one.fact for one in who_looked(house.system.facts, subject=ann.subject)]
    last = [one for one in looks if isinstance(one, AccessRecorded)][-1]
    assert (last.kind, last.reference) == (RecordKind.REQUEST, asked)


def test_nobody_else_gets_a_letter(house: House, ann: Citizen, asked: UUID) -> None:
    (kept,) = letters(house, asked)
    ben = citizen(house, 1)
    for address in (
        f"/my/requests/{asked}/letters/{kept.number}.pdf", f"/v1/my/requests/{asked}/letters",
    ):  # fmt: skip
        assert ben.get(address).status_code == HTTPStatus.NOT_FOUND
    assert ann.get(f"/my/requests/{asked}/letters/1.pdf").status_code == HTTPStatus.NOT_FOUND


def test_a_paper_in_hand_is_proved_by_its_bytes(house: House, asked: UUID, tmp_path: Path) -> None:
    (kept,) = letters(house, asked)
    assert isinstance(kept.document, bytes)
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(kept.document)
    shown = house.records("request", "letters", str(asked), "--is", str(paper), "--json")
    (one,) = json.loads(shown.stdout)
    assert (one["number"], one["sha256"]) == (kept.number, kept.document_digest.hex())
    paper.write_bytes(kept.document + b"\n")
    other = house.records("request", "letters", str(asked), "--is", str(paper))
    assert other.exit_code == 1
    assert "Bản sao" not in house.records("request", "letters", str(asked)).stdout


def test_a_letter_of_before_is_made_when_it_is_first_asked_for_and_then_kept(
    house: House,
) -> None:
    cat = citizen(house, 2)
    request = cat.submitted()
    system = house.system
    _reject(house, request)
    assert letters(house, request) == []
    told_of = cat.browser.get(f"/v1/my/requests/{request}/letters").get_json()["letters"]
    assert [one["sha256"] for one in told_of] == [None]
    address = f"/my/requests/{request}/letters/{told_of[0]['number']}.pdf"
    first = cat.get(address)
    assert first.status_code == HTTPStatus.OK
    assert cat.get(address).data == first.data
    assert len(letters(house, request)) == 1
    # Forgotten with the person: what was kept cannot be read, and is not made anew.
    system.subject_keys.forget(
        cat.subject, ("identity", "contact", "judicial"), batch=system.clockwork.new_id()
    )
    gone = house.browser(Role.CASE_OFFICER).get(
        f"/work/{request}/letters/{told_of[0]['number']}.pdf", headers=PAGE
    )
    assert gone.status_code == HTTPStatus.CONFLICT
    assert "letter_erased" in gone.text or "đã được xoá" in gone.text


def _reject(house: House, request: UUID) -> None:
    """Reject a request as the ledger alone does it: nobody makes a letter."""
    act = Act(house.clock.at, "an", "intake_officer", "CA01")
    processing.reject(
        house.system.facts, request=request, ground="not-competent", explanation="Sai nơi", act=act
    )
