"""Fifty who come to one paper at once, from five processes: one has it, the others are told."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from ledger.identifiers import appointment_stream, referral_stream
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from tests_support.paper_process import ADDRESSED, THREADS
from tests_support.paper_town import PaperTown
from tests_support.toy_ledger import OpenSeals, fresh_id

ROOT = Path(__file__).parents[3]
PROCESSES = 5
COMERS = PROCESSES * THREADS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's connection string, once for each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(database: str) -> Iterator[LedgerFactStore]:
    """An empty ledger of all facts."""
    with closing(open_store(database, types=FACT_TYPES, seals=OpenSeals(), ids=fresh_id)) as opened:
        yield opened


def at_once(database: str, task: str, paper: UUID) -> "Counter[str]":
    command = [sys.executable, "-m", "tests_support.paper_process", database, task, str(paper)]
    started = [
        subprocess.Popen(
            [*command, str(THREADS)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    answers: Counter[str] = Counter()
    try:
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in started:
            out, _ = process.communicate(timeout=120)
            assert process.returncode == 0
            answers.update(json.loads(out))
    finally:
        for process in started:
            process.kill()
    return answers


def test_of_fifty_who_accept_a_referral_one_does_and_the_others_are_told_who(
    store: LedgerFactStore, database: str
) -> None:
    referral = PaperTown(store).referral(to_facilities=list(ADDRESSED))
    answers = at_once(database, "accept", referral)
    assert answers.pop("accepted") == 1
    (told,) = answers.items()
    assert told[1] == COMERS - 1
    assert told[0].startswith(tuple(f"facility {code} has it since" for code in ADDRESSED))
    topics = [one.topic for one in store.history(referral_stream(referral)).recorded]
    assert topics.count("referral.accepted/1") == 1


def test_of_fifty_who_use_an_appointment_one_does_and_every_other_try_is_recorded(
    store: LedgerFactStore, database: str
) -> None:
    appointment = PaperTown(store).appointment()
    answers = at_once(database, "consume", appointment)
    assert answers == {"consumed": 1, "double_use": COMERS - 1}
    topics = [one.topic for one in store.history(appointment_stream(appointment)).recorded]
    assert topics.count("appointment.consumed/1") == 1
    assert topics.count("appointment.double_use_refused/1") == COMERS - 1
