"""The stored bytes of every fact of persons, requests, judicial records and looks."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from ledger import canonical
from ledger.calendar import Term, TermUnit
from ledger.certificates import request_custody as c
from ledger.certificates import request_facts as r
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_files import FileReceived
from ledger.certificates.request_values import Declaration as Declared
from ledger.certificates.request_values import (
    Delivery,
    Lookup,
    Police,
    RecomputeReason,
    RefusalGround,
    Representative,
    Result,
)
from ledger.identifiers import NumberKind
from ledger.personal import Erased
from ledger.personal_details import Stay
from ledger.records import access, person
from ledger.records.judicial_record import facts as j
from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import FactTypes
from tests_support.request_desk import CONTACT, DETAILS, RECORD, request_in

TYPES = FactTypes(person.TOPICS, j.TOPICS, r.TOPICS, access.TOPICS)
GOLDEN = Path(__file__).parents[2] / "golden" / "request_facts.json"
"""Stored name to the fields' bytes, in hex: what is in a ledger is read by these for ever."""

ONE, TWO = UUID(int=1), UUID(int=2)
DAY, LATER = date(2026, 11, 9), date(2026, 11, 16)
FIVE = (Term(TermUnit.WORKING_DAYS, 5),)
CALENDAR = "holidays-0.109+00000000"
CONVICTION = j.Conviction(
    "12/2019/HS-ST", DAY, "Tòa án nhân dân Mẫu", ("Trộm cắp",), ("Tù 12 tháng",), ("Phạt tiền",),
    "Điều 173", "200.000 đồng", "Bồi thường", "Đang chấp hành", LATER,
)  # fmt: skip
BAN = j.PostBan("3/QĐ", DAY, "Tòa án nhân dân Mẫu", "Giám đốc", "03 năm", DAY, LATER)
DRAFTED = replace(
    request_in(Stage.DRAFTED).draft,
    declaration=Declared(
        DETAILS, (Stay("03/2019", None, "Phường Mẫu", "thợ may", "01", abroad=True),), "Xin việc"
    ),
    representative=Representative("LÊ VĂN MẪU", "bạn", "000099005555", DAY),
    declared_convictions="Không",
)
FACTS = (
    person.PersonRegistered(RECORD, DETAILS, CONTACT),
    person.DetailsCorrected(DETAILS),
    person.IdentifierAdded(NumberKind.PASSPORT, "B0000001", DAY),
    person.IdentifierSuperseded(NumberKind.PERSONAL, "000099001234", "000099009999", DAY),
    person.ContactChanged(CONTACT),
    person.RequestOpened(ONE),
    person.RequestClosed(ONE),
    j.ConvictionEntered(ONE, CONVICTION),
    j.JudgmentStatusUpdated(ONE, "Đã chấp hành xong", DAY),
    j.ConvictionExpunged(ONE, DAY, "5/QĐ"),
    j.AmnestyApplied(ONE, j.Amnesty.GENERAL, DAY, "1/CT"),
    j.PostBanEntered(ONE, BAN),
    j.PostBanEnded(ONE, DAY, "Hủy bỏ"),
    j.RecordCorrectionRequested(TWO, ONE, "Sai tòa án"),
    j.RecordCorrectionMade(ONE, CONVICTION, None, "7/QĐ", TWO),
    j.RecordCorrectionRefused(TWO, "Đúng rồi"),
    DRAFTED,
    r.PaymentRequired(100_000),
    r.FeePaid(200_000, "BL-1"),
    r.FeeExemptionGranted("poor-household"),
    r.RequestSubmitted(DAY, "law-2026"),
    r.RequestAccepted(DAY),
    r.RequestRejected(DAY, "wrong-authority", "Sai nơi"),
    r.SupplementRequested(DAY, "Hộ chiếu"),
    r.SupplementReceived(LATER, Declared(DETAILS)),
    FileReceived(bytes(32), 5, "application/pdf", bytes(32), "Hộ chiếu.pdf"),
    r.DeadlineSet(DAY, LATER, LATER, FIVE, FIVE, CALENDAR),
    r.DeadlineSuspended(DAY, FIVE, FIVE),
    r.DeadlineResumed(DAY, LATER, LATER, CALENDAR),
    r.DeadlineRecomputed(DAY, LATER, LATER, FIVE, FIVE, RecomputeReason.CALENDAR, CALENDAR),
    r.DeadlineMissed(DAY, LATER),
    r.ApologyIssued(LATER, "XL-1/2026"),
    r.RequestForwarded("QG-1"),
    r.RegistryAcknowledged("QG-1"),
    r.RecordLookupRequested(("judicial-record-database",)),
    r.RecordLookupCompleted(Lookup.ENTRIES, 2),
    r.PoliceCheckRequested(),
    r.PoliceCheckCompleted(Police.HIT),
    r.VerificationResultRecorded(Result.NO_RECORD, 2, "Trùng tên"),
    r.CertificateBegun(ONE),
    r.CertificateDropped(ONE),
    r.CertificateReady(ONE, DAY),
    r.ResultDelivered(DAY, Delivery.VNEID),
    r.PaperCopyDispatched(DAY, Delivery.POST, "VN1"),
    r.WithdrawalRequested(DAY),
    r.WithdrawalAccepted(DAY),
    r.ProcessingStopped(DAY, "citizen-died", "Đã mất"),
    r.RequestRefused(DAY, RefusalGround.NOT_COMPETENT, "Không thuộc thẩm quyền"),
    r.FeeRefundOrdered(200_000),
    r.FeeRefunded(200_000, "BL-1"),
    c.RequestTaken(Role.CASE_OFFICER, "id-1", "id-2", c.Reason.ABSENT),
    c.RequestAssigned(Role.CASE_OFFICER, "id-2", "id-1", None),
    c.RequestHandedBack(Role.CASE_OFFICER),
    access.AccessRecorded(access.RecordKind.REQUEST, "process_request", access.Channel.PAGE, ONE),
    access.AccessRefused(access.RecordKind.HEALTH_BOOK, "read_book", access.Channel.API),
)


def stored(fact: object) -> bytes:
    fields = TYPES.codec(TYPES.topic_of(fact)).fields_of(fact)
    return canonical.encode([fields.clear, fields.sealed])


def golden() -> dict[str, str]:
    return dict(json.loads(GOLDEN.read_text("utf-8")))


@pytest.mark.parametrize("fact", FACTS, ids=TYPES.topic_of)
def test_every_fact_is_written_and_read_as_its_golden_bytes(fact: object) -> None:
    topic = TYPES.topic_of(fact)
    data = bytes.fromhex(golden()[topic])
    assert stored(fact) == data
    clear, sealed = canonical.decode(data)
    assert TYPES.reader(topic)(StoredFields(clear, sealed)) == fact


def test_no_fact_is_without_golden_bytes() -> None:
    assert set(golden()) == set(TYPES.topics)


@pytest.mark.parametrize("fact", FACTS, ids=TYPES.topic_of)
def test_every_fact_is_read_after_its_keys_are_destroyed(fact: object) -> None:
    topic = TYPES.topic_of(fact)
    fields = TYPES.codec(topic).fields_of(fact)
    erased = Erased(bytes(16))
    lost = StoredFields(fields.clear, dict.fromkeys(fields.sealed, erased))
    read = TYPES.reader(topic)(lost)
    assert (read == fact) == (not fields.sealed)


PERSONAL = (
    DETAILS.name, DETAILS.number, "000099009999", "B0000001", "BL-1", "0000123456", "VN1",
    "Trộm cắp", "Giám đốc", "Hộ chiếu", "Sai nơi", "Đã mất", "Trùng tên", "hit", "entries",
)  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=TYPES.topic_of)
def test_nothing_about_a_person_stands_in_the_clear(fact: object) -> None:
    clear = canonical.encode(TYPES.codec(TYPES.topic_of(fact)).fields_of(fact).clear)
    assert not [words for words in PERSONAL if words.encode() in clear]
