"""Corrections wait for a signature from their draft to their issue, or until they are given up."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from ledger.certificates import lifecycle_facts as life
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.lifecycle_facts import Correction, Decision, Reason
from ledger.facts import Act, Change
from projections import corrections_waiting
from projections.corrections_waiting import waiting
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import MONDAY

REQUEST, WRONG = UUID(int=7), UUID(int=8)
FIRST, SECOND, OURS, ASKED = (UUID(int=number) for number in (9, 10, 11, 12))
ACT = Act(MONDAY, "an", "case_officer", "CA01")
DECISION = Decision("15/QĐ", MONDAY.date(), Reason.CONTENT_WRONG, bytes(32))
DRAFT = life.CertificateDrafted(
    KIND.code, REQUEST, "an", Correction(WRONG, DECISION), KIND.specimen_holder, b"\xa0", b"1"
)


def test_what_waits_is_told_by_authority_the_longest_first(views_url: str) -> None:
    facts = MemoryFacts(life.TOPICS)
    store = ViewStore(open_views(views_url), [corrections_waiting.VIEW])
    store.prepare()
    projector = Projector(facts, store)

    def told(authority: str = "CA01") -> list[str]:
        projector.catch_up()
        with store.database.reading() as session:
            return [row.correction for row in waiting(session, authority)]

    for number, stream in enumerate((SECOND, FIRST)):
        at = MONDAY - timedelta(days=number)
        facts.append(replace(ACT, at=at), Change(stream, 0, (DRAFT,)))
    facts.append(replace(ACT, organisation="CA46"), Change(OURS, 0, (DRAFT,)))
    facts.append(ACT, Change(ASKED, 0, (replace(DRAFT, correction=None),)))
    assert told() == [str(FIRST), str(SECOND)]
    assert told("CA46") == [str(OURS)]
    facts.append(ACT, Change(FIRST, 1, (life.CertificateIssued(MONDAY),)))
    status = StatusReference(1, "https://s/1")
    facts.append(ACT, Change(SECOND, 1, (life.CertificateWithdrawn(MONDAY, "an", status),)))
    assert told() == []
    store.database.close()
