from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.evidence import Evidence
from ledger.audit.lawful import Judgement, judge_stream
from ledger.audit.rows import RawRow
from ledger.audit.verify import verify
from ledger.certificates import lifecycle_facts as life
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds import KINDS
from ledger.facts import Act, RecordedFact
from ledger.personal import Purpose
from ledger.records.erasure import facts as erasure
from ledger.store.registry import FACT_TYPES
from tests_support.many_facts import stored, walk_facts
from tests_support.walked_town import town

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STREAM = UUID(int=7)
REQUEST = UUID(int=8)


def raw(facts: Sequence[RecordedFact]) -> list[RawRow]:
    return [
        RawRow(row.position, row.event_id.bytes, row.stream_id.bytes, row.version, row.topic,
               row.state, row.entry)
        for row in stored(list(facts))
    ]  # fmt: skip


def streams_of(facts: Sequence[RecordedFact]) -> list[list[RecordedFact]]:
    streams: dict[UUID, list[RecordedFact]] = defaultdict(list)
    for fact in facts:
        streams[fact.stream_id].append(fact)
    return list(streams.values())


WALKED = walk_facts(seed=5, steps=900)


def the_request(*, at_least: int) -> list[RecordedFact]:
    return next(
        stream for stream in streams_of(WALKED)
        if stream[0].topic == "request.drafted/1" and len(stream) >= at_least
    )  # fmt: skip


def judged(facts: Sequence[RecordedFact]) -> Judgement:
    return judge_stream(raw(facts))


def found(facts: Sequence[RecordedFact]) -> list[tuple[str, Any]]:
    return [(one.code, one.place["version"]) for one in judged(facts).findings]


def test_what_a_town_did_by_the_rules_is_lawful() -> None:
    streams = streams_of(WALKED)
    assert len(streams) > 100
    for stream in streams:
        assert judged(stream).findings == []


@pytest.mark.parametrize("seed", range(20))
def test_what_a_town_did_is_lawful_beside_all_other_streams(seed: int, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with town(url, f"sqlite:///{tmp_path}/views.db", seed=seed) as made:
        for _ in range(80):
            made.walk.step()
    report = verify(Evidence(url), at=AT)
    assert report.findings == ()
    assert report.judged > 10


def by(fact: RecordedFact, role: str) -> RecordedFact:
    return replace(fact, act=replace(fact.act, role=role))


def test_a_step_by_the_wrong_officer_is_named_and_the_rest_is_judged_on() -> None:
    stream = the_request(at_least=8)
    accepted = next(n for n, one in enumerate(stream) if one.topic == "request.accepted/1")
    changed = [*stream]
    changed[accepted] = by(stream[accepted], "police_checker")
    changed[0] = by(stream[0], "signer")
    assert found(changed) == [("C10.role", 1), ("C10.role", accepted + 1)]


def test_a_step_that_was_left_out_is_named() -> None:
    stream = the_request(at_least=8)
    left = next(n for n, one in enumerate(stream) if one.topic == "request.accepted/1")
    rest = [
        replace(one, version=number)
        for number, one in enumerate(stream[:left] + stream[left + 1 :], 1)
    ]
    (first,) = found(rest)
    assert first[0] == "C10.order"


def test_a_request_that_does_not_begin_with_its_draft_is_named() -> None:
    stream = the_request(at_least=3)
    rest = [replace(one, version=number) for number, one in enumerate(stream[1:], 1)]
    assert found(rest) == [("C10.order", 1)]


# A certificate

STATUS = StatusReference(5, "https://kiemtra.example/s/1")
KIND = KINDS["judicial-record"]


def drafted(drafter: str = "officer-1") -> life.CertificateDrafted:
    return life.CertificateDrafted(
        kind=KIND.code, request=REQUEST, drafter=drafter, correction=None,
        holder=KIND.specimen_holder, content=b"\xa0", correction_document=None,
    )  # fmt: skip


def signed(signer: str = "officer-2") -> life.CertificateSigned:
    return life.CertificateSigned(
        signer, "CA01", "1/LLTP-CA01", bytes(32), STATUS, AT, AT + timedelta(days=9), bytes(32)
    )


SEALED = life.CertificateSealed(bytes(32), b"token")
ISSUED = life.CertificateIssued(AT)


def history(*made: tuple[object, str, str]) -> list[RecordedFact]:
    return [
        RecordedFact(
            version, UUID(int=version), STREAM, version, FACT_TYPES.topic_of(fact), fact,
            Act(AT, actor, role, "CA01"), UUID(int=3), b"",
        )
        for version, (fact, actor, role) in enumerate(made, 1)
    ]  # fmt: skip


DRAFT = (drafted(), "officer-1", "case_officer")
SIGN = (signed(), "officer-2", "signer")
SEAL, ISSUE = ((fact, "officer-2", "signer") for fact in (SEALED, ISSUED))


def test_a_certificate_in_order_is_lawful() -> None:
    assert found(history(DRAFT, SIGN, SEAL, ISSUE)) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((DRAFT, (signed("officer-1"), "officer-1", "signer")), [("C10.two_officers", 2)]),
        ((DRAFT, (signed(), "officer-2", "case_officer")), [("C10.role", 2)]),
        ((DRAFT, (signed(), "officer-3", "signer")), [("C10.actor", 2)]),
        (((drafted(), "officer-1", "signer"), SIGN), [("C10.role", 1)]),
        ((DRAFT, SEAL, ISSUE), [("C10.order", 2)]),
        ((DRAFT, SIGN, ISSUE), [("C10.order", 3)]),
        ((DRAFT, DRAFT), [("C10.order", 2)]),
        ((SIGN,), [("C10.order", 1)]),
    ],
)
def test_what_may_not_be_so_with_a_certificate_is_named(
    facts: tuple[tuple[object, str, str], ...], expected: list[tuple[str, int]]
) -> None:
    assert found(history(*facts)) == expected


def test_a_fact_of_another_kind_in_a_stream_is_named_and_breaks_nothing() -> None:
    assert found(history(DRAFT, (ASKED, "officer-1", "signer"))) == [("C10.order", 2)]


# An erasure

PURPOSES = (Purpose.CONTACT,)
ASKED = erasure.ErasureRequested(REQUEST, PURPOSES, "a law", "citizen-1", AT.date())
ORDERED = erasure.ErasureOrdered(REQUEST, PURPOSES, "a law", ("officer-1", "officer-2"))
BEGUN = erasure.ErasureBegun(REQUEST)
KEY = erasure.DestroyedKey(Purpose.CONTACT, bytes(16), bytes(32))
ERASED = erasure.SubjectErased(
    REQUEST, (KEY,), "a law", ("officer-1", "officer-2"), 1, 2, "destroyed", None, "software"
)


def approved(officer: str) -> erasure.ErasureApproved:
    return erasure.ErasureApproved(REQUEST, officer)


ONE, TWO = approved("officer-1"), approved("officer-2")


def erasing(*facts: object) -> Judgement:
    return judged(history(*((fact, by_whom(fact), "data_protection_officer") for fact in facts)))


def by_whom(fact: object) -> str:
    return fact.by if isinstance(fact, erasure.ErasureApproved) else "officer-1"


def test_an_erasure_by_two_officers_is_lawful_and_says_which_keys_are_gone() -> None:
    judgement = erasing(ASKED, ONE, TWO, ORDERED, BEGUN, ERASED)
    assert judgement.findings == []
    assert judgement.keys.destroyed == {bytes(16): 6}
    assert judgement.keys.begun == [REQUEST]


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ((ASKED, ONE, ORDERED, BEGUN, ERASED), 3),
        ((ASKED, ONE, ONE, ORDERED), 3),
        ((ASKED, approved("citizen-1")), 2),
        ((ASKED, ONE, TWO, BEGUN), 4),
        ((ASKED, ONE, TWO, ORDERED, ERASED), 5),
        ((ERASED,), 1),
        ((BEGUN,), 1),
    ],
)
def test_an_erasure_without_order_is_named(facts: tuple[object, ...], at: int) -> None:
    findings = erasing(*facts).findings
    assert {one.code for one in findings} == {"C6.unauthorised"}
    assert findings[0].place["version"] == at
