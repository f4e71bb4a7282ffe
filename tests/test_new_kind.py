"""A kind that is defined in this file alone: issued, printed, scanned and verified."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from ledger.certificates.kind import (
    CertificateKind,
    Claim,
    Holder,
    Paper,
    PaperLine,
    Sex,
    Status,
    Wording,
)
from ledger.certificates.qr_text import to_qr_text
from ledger.commands import certificates
from ledger.commands.papers import Letterhead, make_paper
from ledger.commands.status_lists import publish
from ledger.errors import InvalidInputError
from ledger.paper.qr_code import draw_png
from tests_support.issuing_office import (
    DRAFTER,
    HOST,
    PERSON,
    Office,
    act,
    decision,
    document_signer,
    open_office,
)
from verify_api.picture import read_codes
from verify_api.verdict import State

LEVELS = {1: Wording("Sơ cấp", "Beginner"), 2: Wording("Nâng cao", "Advanced")}


def check(content: Mapping[str, object]) -> Mapping[int, int | str | bytes | tuple[str, ...]]:
    level = content.get("level")
    if type(level) is not int or level not in LEVELS:
        raise InvalidInputError("content.level", "level_unknown", "1 or 2")
    return {2: level, 5: ("bơi ếch", "bơi sải")}


def paper(content: Mapping[str, object]) -> Paper:
    level = LEVELS[2 if content["level"] == 2 else 1]
    return Paper(
        (PaperLine(Wording("Trình độ", "Level"), level),),
        Wording("Người có tên trong giấy biết bơi.", "The person named in it can swim."),
    )


SWIMMER = CertificateKind(
    code="swimmer",
    document_type=901,
    title=Wording("Giấy chứng nhận biết bơi", "Swimming certificate"),
    issuer_title=Wording("Bể bơi mẫu", "Specimen swimming pool"),
    validity=timedelta(days=365),
    claims=(
        Claim(2, "level", Wording("Trình độ", "Level"), LEVELS),
        Claim(5, "strokes", Wording("Kiểu bơi", "Strokes")),
    ),
    statuses=frozenset(Status),
    check=check,
    paper=paper,
    caution=Wording("Không thay thế phao cứu sinh.", "No substitute for a life belt."),
    specimen={"level": 2},
    specimen_holder=Holder("TRẦN THỊ MẪU", date(2001, 2, 3), Sex.FEMALE, "0000"),
    number_suffix="BOI",
)


@pytest.fixture
def office() -> Office:
    return open_office({SWIMMER.code: SWIMMER})


def drafted(office: Office) -> None:
    certificates.draft(
        office.facts,
        certificate=PERSON,
        subject=PERSON,
        kind=SWIMMER,
        content=SWIMMER.specimen,
        holder=SWIMMER.specimen_holder,
        act=act(DRAFTER),
    )


def test_it_is_issued_printed_scanned_and_verified(office: Office) -> None:
    drafted(office)
    issued = office.issue(PERSON)
    document = make_paper(
        office.facts,
        certificate=issued.certificate,
        letterhead=Letterhead(HOST, SWIMMER.issuer_title, "LÊ VĂN KÝ", specimen=True),
        signer=document_signer(),
        act=act(),
        kinds=office.kinds,
    )
    text = to_qr_text(issued.token, HOST)
    for picture in (document, draw_png(text)):
        verdict = office.verify(read_codes(picture)[0])
        assert verdict.state is State.VALID
        assert verdict.kind is SWIMMER
        assert verdict.token is not None
        assert verdict.token.details == {2: 2, 5: ("bơi ếch", "bơi sải")}
        assert verdict.token.number == "1/BOI-CA01"


def test_it_is_superseded_in_the_register_and_on_its_status_list(office: Office) -> None:
    drafted(office)
    text = to_qr_text(office.issue(PERSON).token, HOST)
    correction = type(PERSON)(int=2)
    certificates.draft_correction(
        office.facts,
        certificate=correction,
        corrects=PERSON,
        decision=decision(),
        kind=SWIMMER,
        content={"level": 1},
        holder=SWIMMER.specimen_holder,
        act=act(DRAFTER),
    )
    new = to_qr_text(office.issue(correction).token, HOST)
    assert office.verify(text).state is State.SUPERSEDED
    assert office.verify(text).evidence.status.superseded_by == ("2/BOI-CA01",)
    assert office.verify(new).state is State.VALID
    board = office.desk.board
    publish(office.facts, board, signer=office.desk.signer, key=office.key, act=act())
    shown = [status for listed in board.lists.values() for status in listed.ended.values()]
    assert shown == [Status.SUPERSEDED]


def test_it_is_unknown_to_who_does_not_know_the_kind(office: Office) -> None:
    drafted(office)
    text = to_qr_text(office.issue(PERSON).token, HOST)
    office.kinds = {}
    assert office.verify(text).state is State.NOT_OURS


def test_it_says_nothing_that_it_may_not(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        certificates.draft(
            office.facts,
            certificate=PERSON,
            subject=PERSON,
            kind=SWIMMER,
            content={"level": 3},
            holder=SWIMMER.specimen_holder,
            act=act(DRAFTER),
        )
