"""A file that did not come with a draft or an answer is named, whoever wrote its fact."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.audit.law.requests import RequestLaw
from ledger.certificates.procedure import Role
from ledger.certificates.request_files import MOST_FILES, NewFile, receive
from ledger.commands import requests
from ledger.facts import Act
from ledger.identifiers import request_stream
from tests_support.request_desk import MONDAY, NEW, SUBJECT, by
from tests_support.request_office import RequestOffice, office

STREAM = request_stream(NEW.authority, NEW.dossier_code)
FILE = receive(NewFile(b"%PDF-1.7 specimen", "application/pdf", "mẫu.pdf"), bytes(32))


def found(made: RequestOffice) -> list[tuple[str, int]]:
    law, named = RequestLaw(None), []
    for one in made.facts.history(STREAM).recorded:
        named += [(objection.code, one.version) for objection in law.objections(one)]
    return named


def slip_in(made: RequestOffice, act: Act) -> None:
    history = made.facts.history(STREAM)
    made.facts.append(act, history.then(FILE, subject=SUBJECT))


def drafted(count: int) -> RequestOffice:
    made = office()
    requests.draft(made.facts, new=NEW, act=by(Role.CITIZEN), files=(FILE,) * count)
    return made


def test_files_that_came_with_a_draft_are_lawful() -> None:
    assert found(drafted(MOST_FILES)) == []


def test_one_file_more_than_may_be_sent_is_named() -> None:
    assert found(drafted(MOST_FILES + 1)) == [("C10.order", MOST_FILES + 2)]


@pytest.mark.parametrize(
    "act",
    [by(Role.CASE_OFFICER), by(Role.CITIZEN, MONDAY + timedelta(seconds=1))],
    ids=["by another", "later"],
)
def test_a_file_that_was_put_into_a_request_afterwards_is_named(act: Act) -> None:
    made = drafted(1)
    slip_in(made, replace(act, correlation=STREAM))
    assert found(made) == [("C10.order", 3)]


def test_a_file_behind_a_step_that_brings_none_is_named() -> None:
    made = drafted(0)
    requests.pay(made.facts, request=STREAM, amount=200_000, receipt="BL", act=by(Role.CITIZEN))
    slip_in(made, made.facts.history(STREAM).recorded[-1].act)
    assert found(made) == [("C10.order", 3)]
