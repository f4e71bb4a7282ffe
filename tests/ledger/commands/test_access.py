from dataclasses import replace
from uuid import UUID

import pytest

from ledger.certificates.procedure import Role
from ledger.commands.access import record_access, who_looked
from ledger.errors import RefusedError
from ledger.records.access import AccessRecorded, Channel, RecordKind
from tests_support.request_desk import SUBJECT, by
from tests_support.request_office import office


def test_every_look_is_in_the_persons_own_list() -> None:
    ledger = office()
    act = replace(by(Role.CASE_OFFICER), legal_basis="law-2026")
    for reference in (UUID(int=1), None):
        record_access(
            ledger.facts, subject=SUBJECT, kind=RecordKind.REQUEST, purpose="process_request",
            channel=Channel.PAGE, act=act, reference=reference,
        )  # fmt: skip
    looks = who_looked(ledger.facts, subject=SUBJECT)
    assert [look.fact for look in looks] == [
        AccessRecorded(RecordKind.REQUEST, "process_request", Channel.PAGE, UUID(int=1)),
        AccessRecorded(RecordKind.REQUEST, "process_request", Channel.PAGE, None),
    ]
    assert {(look.act.role, look.act.legal_basis) for look in looks} == {
        ("case_officer", "law-2026")
    }
    assert who_looked(ledger.facts, subject=UUID(int=2)) == ()


def test_a_look_without_a_basis_leaves_no_trace_because_there_is_none() -> None:
    ledger = office()
    with pytest.raises(RefusedError):
        record_access(
            ledger.facts, subject=SUBJECT, kind=RecordKind.PERSON, purpose="curiosity",
            channel=Channel.API, act=by(Role.CASE_OFFICER),
        )  # fmt: skip
    assert who_looked(ledger.facts, subject=SUBJECT) == ()
