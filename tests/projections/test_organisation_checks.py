"""An organisation's history of checks: newest first, by pages, and nobody else's."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.certificates import lifecycle_facts, register
from ledger.certificates.kind import StatusReference
from ledger.certificates.lifecycle_facts import CertificateSigned
from ledger.certificates.register import NumberAssigned
from ledger.facts import Act, Change
from ledger.records import check
from ledger.records.check import CheckRecorded, PersonCompared
from projections import certificate_register, organisation_checks
from projections.check_queries import NEWEST, CheckLine, Place, Sieve, checks
from projections.columns import microseconds
from projections.projector import Projector
from projections.view import AnyRow
from projections.view_database import open_views
from projections.view_store import Session, ViewStore
from tests_support.memory_facts import MemoryFacts

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CERTIFICATE = UUID(int=0xCE)
OURS, OTHERS = "DN-MAU", "DN-KHAC"
TOPICS = {**check.TOPICS, **register.TOPICS, **lifecycle_facts.TOPICS}


class History:
    """Checks by several organisations, and the view of them beside the register's."""

    def __init__(self, url: str) -> None:
        self.facts = MemoryFacts(TOPICS)
        views = [organisation_checks.VIEW, certificate_register.VIEW]
        self.store = ViewStore(open_views(url), views)
        self.store.prepare()
        self.projector = Projector(self.facts, self.store)
        self.at = AT
        self._number = 0

    def checked(
        self, state: str = "valid", *, organisation: str | None = OURS, account: str = "account-7",
        certificate: UUID | None = None, stream: UUID | None = None, version: int = 0,
    ) -> UUID:  # fmt: skip
        self._number += 1
        reference = stream or UUID(int=self._number)
        fact = CheckRecorded(
            state, None if certificate is None else "judicial-record", certificate, bytes(32),
            PersonCompared.NOT_COMPARED, "page",
        )  # fmt: skip
        act = Act(self.at, account, "verifier", organisation)
        self.facts.append(act, Change(reference, version, (fact,)))
        return reference

    def issued(self) -> None:
        act = Act(self.at, "officer-2", "signer", "CA01")
        number = NumberAssigned(1, "1/LLTP-CA01", CERTIFICATE)
        self.facts.append(act, Change(UUID(int=0xAB), 0, (number,)))
        signed = CertificateSigned(
            "officer-2", "CA01", "1/LLTP-CA01", bytes(32), StatusReference(5, "https://s/1"),
            self.at, self.at + timedelta(days=9), bytes(32),
        )  # fmt: skip
        self.facts.append(act, Change(CERTIFICATE, 0, (signed,)))

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def asked(
        self, sieve: Sieve | None = None, before: Place = NEWEST, limit: int = 50
    ) -> tuple[CheckLine, ...]:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return checks(session, sieve or Sieve(OURS), before=before, limit=limit).lines

    def references(self, sieve: Sieve | None = None) -> list[UUID]:
        return [UUID(line.check.reference) for line in self.asked(sieve)]


@pytest.fixture
def history(views_url: str) -> Iterator[History]:
    made = History(views_url)
    yield made
    made.store.database.close()


def test_the_newest_come_first_and_those_of_one_moment_in_their_order(history: History) -> None:
    first, second = history.checked(), history.checked()
    history.later(minutes=1)
    third = history.checked()
    assert history.references() == [third, second, first]


def test_one_organisation_never_sees_anothers_checks(history: History) -> None:
    ours = history.checked()
    theirs = history.checked(organisation=OTHERS)
    assert history.references() == [ours]
    assert history.references(Sieve(OTHERS)) == [theirs]
    assert history.references(Sieve("")) == []


def test_a_genuine_paper_has_its_number_and_issuer_from_the_register(history: History) -> None:
    history.issued()
    history.checked(certificate=CERTIFICATE)
    (line,) = history.asked()
    assert (line.number, line.issuer) == ("1/LLTP-CA01", "CA01")


def test_a_forgery_is_there_without_any_paper(history: History) -> None:
    history.issued()
    history.checked("altered")
    (line,) = history.asked()
    assert (line.check.state, line.check.code_digest) == ("altered", bytes(32))
    assert (line.check.certificate, line.number, line.issuer) == (None, None, None)


def test_filters_are_by_time_state_and_account(history: History) -> None:
    early = history.checked("altered", account="account-8")
    history.later(days=1)
    late = history.checked()
    noon = microseconds(AT + timedelta(hours=12))
    assert history.references(Sieve(OURS, since=noon)) == [late]
    assert history.references(Sieve(OURS, until=noon)) == [early]
    assert history.references(Sieve(OURS, since=microseconds(history.at))) == [late]
    assert history.references(Sieve(OURS, until=microseconds(AT))) == []
    assert history.references(Sieve(OURS, state="altered")) == [early]
    assert history.references(Sieve(OURS, account="account-8")) == [early]
    assert history.references(Sieve(OURS, state="valid", account="account-8")) == []


def test_pages_follow_one_another_without_a_gap(history: History) -> None:
    for number in range(7):
        history.checked()
        history.checked(organisation=OTHERS)
        history.later(seconds=number % 2)
    everything, seen, before = history.references(), [], NEWEST
    history.projector.catch_up()
    with history.store.database.reading() as session:
        more = True
        while more:
            part = checks(session, Sieve(OURS), before=before, limit=2)
            seen += [UUID(line.check.reference) for line in part.lines]
            before, more = part.lines[-1].place, part.more
    assert seen == everything
    assert len(seen) == 7


def test_a_second_answer_in_a_checks_stream_changes_nothing(history: History) -> None:
    stream = history.checked("altered")
    history.checked("valid", stream=stream, version=1)
    (line,) = history.asked()
    assert line.check.state == "altered"


def test_a_check_of_no_organisation_is_nobodys_and_stops_nothing(history: History) -> None:
    history.checked(organisation=None)
    ours = history.checked()
    assert history.references() == [ours]


def test_built_anew_the_view_is_the_same_byte_for_byte(history: History) -> None:
    history.issued()
    for number in range(9):
        history.checked(organisation=(OURS, OTHERS)[number % 2], certificate=CERTIFICATE)
    history.projector.catch_up()
    view = organisation_checks.VIEW
    before = history.store.digest(view, history.store.in_force(view.name).number)
    rebuilt = history.projector.rebuild(view.name, batch=4)
    assert history.store.digest(view, rebuilt.number) == before


class Explained:
    """A session that tells how a question would be answered, and answers nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plan = ""

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        rows = self._session.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        self.plan = "; ".join(str(row[-1]) for row in rows)
        return []


@pytest.mark.parametrize(
    "sieve",
    [
        Sieve(OURS), Sieve(OURS, since=1, until=2), Sieve(OURS, state="altered"),
        Sieve(OURS, account="account-7"),
    ],
)  # fmt: skip
def test_a_page_is_read_in_its_order_wherever_it_lies(tmp_path: Path, sieve: Sieve) -> None:
    made = History(f"sqlite:///{tmp_path / 'views.db'}")
    with made.store.database.reading() as session:
        explained = Explained(session)
        checks(explained, sieve, before=Place(5, 5))  # type: ignore[arg-type]  # asks only
    made.store.database.close()
    assert "SEARCH organisation_checks_g1 USING INDEX" in explained.plan
    assert "TEMP B-TREE" not in explained.plan
    assert "SCAN" not in explained.plan
