from ledger.calendar import local_day
from ledger.certificates.lifecycle import Phase
from ledger.certificates.register import NumberAssigned
from projections.certificate_register import ENTRIES, NUMBERS, EntryRow, NumberRow
from projections.certificate_status import CERTIFICATES, CertificateRow
from projections.columns import microseconds, moment
from tests_support.walked_town import Town


def test_every_certificate_stands_as_its_facts_fold(walked: Town) -> None:
    rows = {row.certificate: row for row in walked.rows(CERTIFICATES, CertificateRow)}
    phases = set()
    for stream, state in walked.certificates().items():
        row = rows.pop(str(stream))
        phases.add(state.phase)
        assert row.stage == state.phase.value
        assert (row.kind, row.drafter) == (state.drafted.kind, state.drafted.drafter)
        assert row.request == str(state.drafted.request)
        assert row.issued_at == (state.issued_at and microseconds(state.issued_at))
        assert row.superseded_by == (state.superseded_by and str(state.superseded_by))
        assert row.decision == (state.decision and state.decision.number)
        intent = state.intent
        assert (row.number, row.authority) == (
            (intent.number, intent.authority) if intent else (None, None)
        )
        assert (row.status_uri, row.status_index) == (
            (intent.status.uri, intent.status.index) if intent else (None, None)
        )
    assert not rows
    assert phases >= {
        Phase.ACTIVE,
        Phase.RECALLED,
        Phase.SUPERSEDED,
        Phase.CANCELLED,
        Phase.WITHDRAWN,
    }


def test_the_register_has_each_number_once_and_in_order(walked: Town) -> None:
    rows = walked.rows(NUMBERS, NumberRow)
    given = [r.fact for r in walked.facts() if isinstance(r.fact, NumberAssigned)]
    assert {(row.certificate, row.number, row.ordinal) for row in rows} == {
        (str(fact.certificate), fact.number, fact.ordinal) for fact in given
    }
    assert sorted(row.ordinal or 0 for row in rows) == list(range(1, len(rows) + 1))
    states = walked.certificates()
    for row in rows:
        state = next(s for stream, s in states.items() if str(stream) == row.certificate)
        assert state.intent is not None
        assert row.signed_on == local_day(state.intent.issued_at).isoformat()
        assert bool(row.void) == (state.phase is Phase.WITHDRAWN)


def test_each_decision_is_entered_beside_its_number(walked: Town) -> None:
    names = {"corrected": "superseded"}
    decided = {
        (str(r.stream_id), r.position, names.get(name, name))
        for r in walked.facts()
        if (name := r.topic.removeprefix("certificate.").removesuffix("/1"))
        in {"supplemented", "corrected", "recalled", "cancelled"}
    }
    entries = walked.rows(ENTRIES, EntryRow)
    assert {(entry.certificate, entry.position, entry.what) for entry in entries} == decided
    assert {entry.what for entry in entries} == {
        "supplemented", "superseded", "recalled", "cancelled",
    }  # fmt: skip
    assert {entry.decision for entry in entries} == {"15/QĐ"}


def test_a_certificate_says_that_the_records_have_changed_since(walked: Town) -> None:
    changed = {
        str(r.stream_id) for r in walked.facts() if r.topic == "certificate.no_longer_current/1"
    }
    rows = walked.rows(CERTIFICATES, CertificateRow)
    assert {row.certificate for row in rows if row.no_longer_current} == changed
    assert changed


def test_times_stand_to_the_microsecond(walked: Town) -> None:
    at = walked.walk.at
    assert moment(microseconds(at)) == at
