from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.disclosure import Asked, FiveFields
from ledger.certificates.kind import Sex
from ledger.certificates.procedure import Stage
from ledger.certificates.qr_text import short_code
from ledger.errors import InvalidInputError
from ledger.facts import History
from ledger.store.fact_store import LedgerFactStore
from tests_support.desk_home import AUTHORITY, OTHER_AUTHORITY, PEOPLE, DeskHome, officer
from tests_support.memory_facts import MemoryFacts
from verify_api.acceptance import Checker
from verify_api.callers import Role
from verify_api.desk.counter import DossierIndex, LedgerPaperChecks
from verify_api.ports import PaperFound, PaperQuestion
from verify_api.verdict import Overall, State, Verdict

PERSON = PEOPLE[0]


def question(home: DeskHome, request: UUID, issued_on: date | None = None) -> PaperQuestion:
    token = lifecycle.token_of(home.certificate(request).certificate)
    return PaperQuestion(short_code(token), issued_on or local_day(home.at))


def fields(home: DeskHome, request: UUID) -> FiveFields:
    code = home.request(request).draft.dossier_code
    return FiveFields(code, PERSON.name, PERSON.birth_date, Sex(PERSON.sex), PERSON.number)


def by_fields(home: DeskHome, asked: FiveFields) -> PaperFound | None:
    home.system.projector.catch_up()
    return home.ports.papers.by_fields(asked, at=home.at)


def test_short_code_and_day_of_issue_find_the_paper(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    found = home.ports.papers.by_code(question(home, request), at=home.at)
    assert found is not None
    assert found.verdict.overall is Overall.VALID
    assert found.subject == home.request(request).draft.subject
    assert found.reference == home.certificate(request).id


def test_a_short_code_is_read_as_people_type_it(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    asked = question(home, request)
    typed = replace(asked, short_code=asked.short_code.lower().replace("-", " "))
    assert home.ports.papers.by_code(typed, at=home.at) is not None


@pytest.mark.parametrize("days", [-1, 1, 365])
def test_another_day_finds_nothing(home: DeskHome, days: int) -> None:
    request = home.bring_to(Stage.READY)
    other = question(home, request, local_day(home.at) + timedelta(days=days))
    assert home.ports.papers.by_code(other, at=home.at) is None


def test_the_day_is_the_one_in_vietnam(home: DeskHome) -> None:
    home.clock.at = home.at.replace(hour=18)  # 01:00 of the next day there
    request = home.bring_to(Stage.READY)
    assert local_day(home.at) == home.at.date() + timedelta(days=1)
    assert home.ports.papers.by_code(question(home, request), at=home.at) is not None
    same_in_greenwich = question(home, request, home.at.date())
    assert home.ports.papers.by_code(same_in_greenwich, at=home.at) is None


def test_what_cannot_be_a_short_code_is_named(home: DeskHome) -> None:
    with pytest.raises(InvalidInputError) as refused:
        home.ports.papers.by_code(PaperQuestion("no code", home.at.date()), at=home.at)
    assert refused.value.place == "short_code"


def test_a_recalled_paper_is_found_and_said_to_be_recalled(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    home.do(request, "recall", officer(Role.SIGNER))
    found = home.ports.papers.by_code(question(home, request), at=home.at)
    assert found is not None
    assert found.verdict.state is State.REVOKED
    by_name = by_fields(home, fields(home, request))
    assert by_name is not None
    assert by_name.verdict.state is State.REVOKED


def test_the_paper_of_somebody_forgotten_cannot_be_confirmed(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    asked, five = question(home, request), fields(home, request)
    home.forget(home.request(request).draft.subject)
    found = home.ports.papers.by_code(asked, at=home.at)
    assert found is not None
    assert found.verdict.state is State.CANNOT_CONFIRM
    assert found.subject is None
    assert by_fields(home, five) is None


def test_five_right_fields_find_the_certificate_as_people_type_them(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    asked = fields(home, request)
    found = by_fields(home, asked)
    assert found is not None
    assert found.verdict.overall is Overall.VALID
    assert found.reference == home.certificate(request).id
    typed = replace(
        asked,
        dossier_code=f" {asked.dossier_code.lower().replace('-', '–')} ",  # noqa: RUF001  as word processors have it
        name=asked.name.upper(),
        number=f"{asked.number[:3]} {asked.number[3:]}",
    )
    assert by_fields(home, typed) == found


CHANGES: dict[str, Callable[[FiveFields], FiveFields]] = {
    "dossier_code": lambda f: replace(f, dossier_code="H01-991231-9999"),
    "no dossier_code": lambda f: replace(f, dossier_code="'; DROP TABLE work_queue"),
    "name": lambda f: replace(f, name="Trần Thị Mẫu"),
    "birth_date": lambda f: replace(f, birth_date=f.birth_date + timedelta(days=1)),
    "sex": lambda f: replace(f, sex=Sex.OTHER),
    "number": lambda f: replace(f, number="000000000000"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_wrong_field_of_five_finds_nothing(
    home: DeskHome, change: Callable[[FiveFields], FiveFields]
) -> None:
    request = home.bring_to(Stage.READY)
    assert by_fields(home, change(fields(home, request))) is None


def test_five_right_fields_find_nothing_before_the_issue(home: DeskHome) -> None:
    request = home.bring_to(Stage.ISSUING)
    assert by_fields(home, fields(home, request)) is None


def test_a_dossier_is_found_at_whichever_authority_has_it(home: DeskHome) -> None:
    here, there = home.file(), home.file(PEOPLE[1], authority=OTHER_AUTHORITY)
    home.system.projector.catch_up()
    index = DossierIndex(home.system.views, (AUTHORITY, OTHER_AUTHORITY))
    for request in (here, there):
        assert index(home.request(request).draft.dossier_code) == request
    assert DossierIndex(home.system.views, ())(home.request(here).draft.dossier_code) is None


@dataclass
class CountingFacts:
    """Passes everything on and counts what was read of which length."""

    store: LedgerFactStore
    read_lengths: list[int]

    def history(self, stream_id: UUID) -> History:
        found = self.store.history(stream_id)
        self.read_lengths.append(found.version)
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


@dataclass
class CountingVerifier:
    """Counts what it is asked."""

    verify: Callable[..., Verdict]
    asked: int = 0

    def __call__(
        self,
        text: str,
        *,
        at: datetime,
        asked: Asked | None = None,
        checker: Checker | None = None,
    ) -> Verdict:
        self.asked += 1
        return self.verify(text, at=at, asked=asked, checker=checker)


def test_the_same_is_done_whether_or_not_there_is_such_a_paper(home: DeskHome) -> None:
    home.bring_to(Stage.RETURNED, PEOPLE[5])
    request = home.bring_to(Stage.RETURNED)
    other = home.file(PEOPLE[1])
    home.system.projector.catch_up()
    right = fields(home, request)
    code = question(home, request)
    unissued = replace(right, dossier_code=home.request(other).draft.dossier_code)
    asked = [right, unissued, *(change(right) for change in CHANGES.values())]
    checks = [partial(LedgerPaperChecks.by_fields, fields=one, at=home.at) for one in asked]
    # A request and a certificate are loaded, the register reads two streams, once each time.
    assert {done(home, check) for check in checks} == {(2, 1)}
    unknown = PaperQuestion("0000-0000-0000", code.issued_on)
    late = replace(code, issued_on=date(2020, 1, 1))
    asked_codes = [
        partial(LedgerPaperChecks.by_code, question=one, at=home.at)
        for one in (code, unknown, late)
    ]
    assert {done(home, check) for check in asked_codes} == {(2, 1)}


def done(home: DeskHome, ask: Callable[[LedgerPaperChecks], PaperFound | None]) -> tuple[int, int]:
    """Return how many streams ``ask`` reads and how many verdicts it asks for, once warm."""
    facts = CountingFacts(home.system.facts, [])
    verify = CountingVerifier(home.ports.verify)
    papers = LedgerPaperChecks(facts, verify, home.ports.papers.find_request)  # type: ignore[arg-type]
    papers.by_code(PaperQuestion("0000-0000-0000", home.at.date()), at=home.at)
    facts.read_lengths.clear()
    verify.asked = 0
    ask(papers)
    return len(facts.read_lengths), verify.asked


def test_in_an_empty_ledger_nothing_is_found_and_nothing_breaks() -> None:
    def verify(
        text: str, *, at: datetime, asked: Asked | None = None, checker: Checker | None = None
    ) -> Verdict:
        raise AssertionError("there is nothing to verify")

    papers = LedgerPaperChecks(MemoryFacts({}), verify, lambda _: None)
    at = datetime.fromisoformat("2026-11-09T02:00:00Z")
    assert papers.by_code(PaperQuestion("0000-0000-0000", at.date()), at=at) is None
    asked = FiveFields("H01-991231-9999", "Nguyễn Văn Mẫu", at.date(), Sex.MALE, "0")
    assert papers.by_fields(asked, at=at) is None
