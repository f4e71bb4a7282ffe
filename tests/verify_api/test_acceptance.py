"""Who may take a referral or an appointment in, on which day, and who is told what."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.calendar import standard_calendar
from ledger.certificates.kind import Holder, Sex, Status, StatusReference, Token
from ledger.certificates.kinds import KINDS
from tests_support.signed_certificates import ISSUING_KEY, POLICY, TRUST, code, trusting
from verify_api.acceptance import (
    NO_USE,
    Acceptance,
    Accepting,
    Checker,
    UseEvidence,
    UseStage,
    judge,
)
from verify_api.acceptance_words import ACCEPTANCES
from verify_api.evidence import NoStatus
from verify_api.verdict import (
    Check,
    Overall,
    Reason,
    Standing,
    State,
    StatusEvidence,
    Verdict,
)
from verify_api.verdict_json import verdict_json
from verify_api.verification import verify

AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""A Wednesday, 10:00 in Vietnam."""
UNTIL = datetime(2026, 12, 8, 17, tzinfo=UTC)
"""24:00 of 8 December in Vietnam."""
HERE, THERE, FROM = "79A01", "79A03", "CA01"
REFERRAL = Token(
    issuer=FROM,
    issued_at=datetime(2026, 11, 23, 3, tzinfo=UTC),
    expires_at=UNTIL,
    holder=Holder("NGUYỄN VĂN MẪU", datetime(1999, 1, 1, tzinfo=UTC).date(), Sex.MALE, "0000"),
    status=StatusReference(7, "https://ll.example.vn/status/22b0"),
    document_type=2,
    number="12/CT",
    details={7: 2, 9: (HERE, THERE), 11: bytes(16)},
)
APPOINTMENT = replace(
    REFERRAL, document_type=3, number="12/HK", details={10: 20261202, 11: bytes(16)},
    expires_at=datetime(2027, 1, 31, 17, tzinfo=UTC),
)  # fmt: skip
FREE = UseEvidence(UseStage.AVAILABLE)
IN_USE = UseEvidence(UseStage.IN_USE, HERE, AT - timedelta(days=1))


class Uses:
    """A source with one answer for everything."""

    def __init__(self, evidence: UseEvidence) -> None:
        self.evidence = evidence
        self.asked = 0

    def use_of(self, token: Token, kind: object) -> UseEvidence:
        self.asked += 1
        return self.evidence


def judged(
    evidence: UseEvidence = FREE,
    facility: str | None = HERE,
    token: Token = REFERRAL,
    at: datetime = AT,
    *,
    vouched: bool = True,
) -> Accepting:
    taking = KINDS["referral" if token.document_type == 2 else "appointment"].taking
    assert taking is not None
    return judge(
        taking, token, at=at, evidence=evidence, calendar=standard_calendar(),
        checker=None if facility is None else Checker(facility, vouched),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "facility", "axis"),
    [
        (FREE, HERE, Acceptance.ACCEPTABLE),
        (FREE, THERE, Acceptance.ACCEPTABLE),
        (FREE, None, Acceptance.ACCEPTABLE),
        (FREE, "79A09", Acceptance.OTHER_ADDRESSEE),
        (NO_USE, HERE, Acceptance.USE_UNKNOWN),
        (NO_USE, "79A09", Acceptance.OTHER_ADDRESSEE),
        (IN_USE, HERE, Acceptance.IN_USE_HERE),
        (IN_USE, THERE, Acceptance.IN_USE_ELSEWHERE),
        (IN_USE, None, Acceptance.IN_USE_ELSEWHERE),
        (IN_USE, "79A09", Acceptance.OTHER_ADDRESSEE),
        (UseEvidence(UseStage.USED_UP, HERE), HERE, Acceptance.USED_UP),
        (UseEvidence(UseStage.FINALLY_REJECTED), HERE, Acceptance.FINALLY_REJECTED),
        (UseEvidence(UseStage.TAKEN_BACK), HERE, Acceptance.TAKEN_BACK),
        (UseEvidence(UseStage.MOVED), HERE, Acceptance.MOVED),
        (FREE._replace(needs_appointment=True), HERE, Acceptance.APPOINTMENT_NEEDED),
    ],
)
def test_use_and_addressee_decide(
    evidence: UseEvidence, facility: str | None, axis: Acceptance
) -> None:
    assert judged(evidence, facility).axis is axis


def test_until_when_and_how_many_working_days_are_left() -> None:
    accepting = judged()
    assert (accepting.until.isoformat(), accepting.days_left) == ("2026-12-08", 9)
    assert accepting.places == (HERE, THERE)
    assert judged(at=UNTIL - timedelta(seconds=1)).days_left == 0


def test_the_last_day_is_whole_and_the_next_one_is_too_late() -> None:
    assert judged(at=UNTIL - timedelta(seconds=1)).axis is Acceptance.ACCEPTABLE
    assert judged(at=UNTIL).axis is Acceptance.LAPSED
    assert judged(NO_USE, at=UNTIL).axis is Acceptance.LAPSED


def test_what_was_presented_in_time_is_not_lapsed_where_it_lies() -> None:
    lying = FREE._replace(presented=(HERE,))
    assert judged(lying, at=UNTIL).axis is Acceptance.ACCEPTABLE
    assert judged(lying, at=UNTIL).serves
    assert judged(lying, THERE, at=UNTIL).axis is Acceptance.LAPSED
    assert judged(IN_USE, at=UNTIL + timedelta(days=90)).axis is Acceptance.IN_USE_HERE


@pytest.mark.parametrize(
    ("day", "known", "unknown"),
    [
        (1, Acceptance.BEFORE_ITS_DAY, Acceptance.USE_UNKNOWN),
        (2, Acceptance.ACCEPTABLE, Acceptance.USE_UNKNOWN),
        (3, Acceptance.DAY_WENT_BY, Acceptance.DAY_WENT_BY),
    ],
)
def test_an_appointment_is_for_its_day(day: int, known: Acceptance, unknown: Acceptance) -> None:
    at = datetime(2026, 12, day, 3, tzinfo=UTC)
    assert judged(FREE, FROM, APPOINTMENT, at).axis is known
    assert judged(NO_USE, FROM, APPOINTMENT, at).axis is unknown
    assert judged(FREE, HERE, APPOINTMENT, at).axis is Acceptance.OTHER_ADDRESSEE
    assert str(judged(FREE, FROM, APPOINTMENT, at).appointed_on) == "2026-12-02"


def test_only_a_facility_that_is_known_and_addressed_is_told_who_has_it() -> None:
    told = judged(IN_USE, THERE)
    assert (told.used_by, told.used_since) == (HERE, IN_USE.since)
    for accepting in (
        judged(IN_USE, THERE, vouched=False), judged(IN_USE, None), judged(IN_USE, "79A09"),
    ):  # fmt: skip
        assert (accepting.used_by, accepting.used_since) == (None, None)


def test_every_answer_has_words_in_both_languages() -> None:
    assert set(ACCEPTANCES) == set(Acceptance)
    for words in ACCEPTANCES.values():
        for wording in (words.text, words.next_step):
            assert wording.vi != wording.en


ONLINE = StatusEvidence(Status.VALID, as_of=AT, online=True, registered=True)
OFFLINE = StatusEvidence(Status.VALID, as_of=AT)


class Stands:
    """A status source with one answer."""

    def __init__(self, evidence: StatusEvidence) -> None:
        self.evidence = evidence

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        return self.evidence


def verdict_of(
    uses: Uses | None,
    status: StatusEvidence = ONLINE,
    facility: str | None = HERE,
    token: Token = REFERRAL,
    at: datetime = AT,
) -> Verdict:
    trust = replace(trusting(uses=frozenset({1, 2, 3})), next_update=at + timedelta(days=9))
    return verify(
        code(token, ISSUING_KEY), at=at, trust=trust, status=Stands(status), policy=POLICY,
        use=uses, checker=None if facility is None else Checker(facility, vouched=True),
    )  # fmt: skip


def test_a_free_paper_is_valid_and_acceptable() -> None:
    verdict = verdict_of(Uses(FREE))
    assert (verdict.state, verdict.overall) == (State.VALID, Overall.VALID)
    assert verdict.accepting is not None
    assert verdict.accepting.axis is Acceptance.ACCEPTABLE


def test_what_may_not_be_taken_in_is_never_answered_as_valid() -> None:
    verdict = verdict_of(Uses(IN_USE), facility=THERE)
    assert (verdict.state, verdict.overall) == (State.NOT_ACCEPTABLE, Overall.NOT_VALID)
    assert verdict.reasons == (Reason.IN_USE_ELSEWHERE,)
    assert verdict.failed_check is Check.ACCEPTANCE
    answer = verdict_json(verdict, "en")
    assert answer["heading"] == "Genuine, but not to be accepted"
    assert section(answer, "acceptance")["used_by"] == HERE
    assert section(answer, "axes")["acceptance"] == "in_use_elsewhere"


def section(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer[name]
    assert isinstance(value, dict)
    return value


def test_offline_it_is_said_that_nobody_knows_whether_it_was_used() -> None:
    uses = Uses(IN_USE)
    verdict = verdict_of(uses, OFFLINE)
    assert uses.asked == 0
    assert verdict.state is State.VALID
    answer = section(verdict_json(verdict, "en"), "acceptance")
    assert answer["value"] == "use_unknown"
    assert "Admit the patient" in str(answer["next_step"])
    assert verdict_of(None, OFFLINE, "79A09").state is State.NOT_ACCEPTABLE


def test_a_term_that_is_over_does_not_end_the_care_that_goes_on_by_it() -> None:
    late = UNTIL + timedelta(days=20)
    verdict = verdict_of(Uses(IN_USE), at=late)
    assert (verdict.state, verdict.standing) == (State.VALID, Standing.IN_FORCE)
    assert verdict.reasons == (Reason.SERVES_EPISODE,)
    elsewhere = verdict_of(Uses(IN_USE), facility=THERE, at=late)
    assert elsewhere.state is State.NOT_ACCEPTABLE
    lapsed = verdict_of(Uses(FREE), at=late)
    assert lapsed.state is State.EXPIRED
    assert lapsed.accepting is not None
    assert lapsed.accepting.axis is Acceptance.LAPSED


@pytest.mark.parametrize(
    ("status", "axis", "state"),
    [
        (Status.REVOKED, Acceptance.TAKEN_BACK, State.REVOKED),
        (Status.SUPERSEDED, Acceptance.MOVED, State.SUPERSEDED),
        (Status.SUSPENDED, Acceptance.USE_UNKNOWN, State.SUSPENDED),
    ],
)
def test_what_does_not_stand_is_not_acceptable_whatever_its_use_says(
    status: Status, axis: Acceptance, state: State
) -> None:
    verdict = verdict_of(Uses(FREE), ONLINE._replace(status=status))
    assert verdict.accepting is not None
    assert (verdict.accepting.axis, verdict.state) == (axis, state)
    kept = verdict_of(Uses(IN_USE), ONLINE._replace(status=status))
    assert kept.accepting is not None
    assert kept.accepting.axis is Acceptance.IN_USE_HERE


def test_a_paper_whose_standing_is_unknown_is_not_called_acceptable() -> None:
    trust = trusting(uses=frozenset({1, 2, 3}))
    verdict = verify(
        code(REFERRAL), at=AT, trust=trust, status=NoStatus(), policy=POLICY, use=Uses(FREE)
    )
    assert verdict.state is State.CANNOT_CONFIRM
    assert verdict.accepting is not None
    assert verdict.accepting.axis is Acceptance.USE_UNKNOWN


def test_a_judicial_record_is_shown_and_asks_nothing_of_its_use() -> None:
    uses = Uses(IN_USE)
    verdict = verify(
        code(), at=AT, trust=TRUST, status=Stands(ONLINE), policy=POLICY, use=uses,
        checker=Checker(HERE),
    )  # fmt: skip
    assert (verdict.accepting, uses.asked) == (None, 0)
    answer = verdict_json(verdict)
    assert answer["acceptance"] is None
    assert "acceptance" not in section(answer, "axes")
