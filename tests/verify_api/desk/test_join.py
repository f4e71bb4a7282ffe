from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.disclosure import FiveFields
from ledger.certificates.kind import Sex
from ledger.certificates.procedure import Stage
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.records.access import Channel, RecordKind
from tests_support.desk_home import PEOPLE, SCOPE, DeskHome, officer, open_home, small, start_home
from tests_support.postgres import PrivateServer
from verify_api.callers import Role, Scope
from verify_api.officer_desk import QueueAsk
from verify_api.ports import AccessNote, PaperQuestion, Seen
from verify_api.verdict import Overall, State


@pytest.fixture
def served_home(postgres_server: PrivateServer, tmp_path: Path) -> Iterator[DeskHome]:
    """A home whose four databases are PostgreSQL's."""
    database = postgres_server.new_database
    settings = replace(
        small(tmp_path),
        ledger=database(),
        views=database(),
        subject_keys=database(),
        callers=database(),
    )
    start_home(settings)
    opened = open_home(settings)
    yield opened
    opened.close()


@pytest.mark.postgresql
def test_the_desk_works_over_postgresql_as_over_sqlite(served_home: DeskHome) -> None:
    the_desk_works(served_home)


def test_the_desk_works_from_the_counter_to_the_recall(home: DeskHome) -> None:
    the_desk_works(home)


def the_desk_works(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    home.publish()
    home.system.projector.catch_up()
    assert all(condition.holds for condition in home.ports.conditions())
    asked = home.ports.office.queue(SCOPE, officer(Role.SIGNER), QueueAsk(), after="", at=home.at)
    assert asked.files == ()
    text = to_qr_text(token_of(home, request), home.system.settings.host)
    assert home.ports.verify(text, at=home.at).overall is Overall.VALID
    a_checker_finds_the_paper(home, request)
    the_person_sees_the_look(home, home.request(request).draft.subject)
    home.do(request, "recall", officer(Role.SIGNER))
    assert home.ports.verify(text, at=home.at).state is State.REVOKED
    before = home.ports.documents.bundle()
    home.later(minutes=1)
    home.publish()
    assert home.ports.documents.bundle().content != before.content


def token_of(home: DeskHome, request: UUID) -> bytes:
    return lifecycle.token_of(home.certificate(request).certificate)


def a_checker_finds_the_paper(home: DeskHome, request: UUID) -> None:
    papers, person = home.ports.papers, PEOPLE[0]
    question = PaperQuestion(short_code(token_of(home, request)), local_day(home.at))
    code = home.request(request).draft.dossier_code
    fields = FiveFields(code, person.name, person.birth_date, Sex(person.sex), person.number)
    found = papers.by_code(question, at=home.at)
    assert found is not None
    assert papers.by_fields(fields, at=home.at) == found


def the_person_sees_the_look(home: DeskHome, subject: UUID) -> None:
    seen = Seen(RecordKind.CERTIFICATE, subject)
    checker = officer(Role.VERIFIER, "EMPLOYER-1")
    note = AccessNote(checker, home.at, seen, "verify_certificate", "law", Channel.API)
    home.ports.record_access([note])
    (look,) = home.ports.own_records.looks(Scope(subject=subject), at=home.at)
    assert look.who.en == "Organisation that checks papers, EMPLOYER-1"
    (file,) = home.ports.own_records.requests(Scope(subject=subject), at=home.at)
    assert file.has_paper
