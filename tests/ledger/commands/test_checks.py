from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.commands.checks import MOST_AT_ONCE, Checked, record_checks
from ledger.errors import ConflictError, InvalidInputError, RefusedError, StoreUnavailableError
from ledger.facts import Act, Change, FactStore, Idempotency, Receipt
from ledger.records.check import TOPICS, CheckRecorded, PersonCompared
from ledger.store.databases import open_store
from ledger.store.event_ids import event_id
from ledger.store.registry import FACT_TYPES
from ledger.store.withheld import WithheldParts
from tests_support.memory_facts import MemoryFacts

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
DESK = Act(NOW, "account-7", "verifier", "DN-MAU")


@dataclass
class CountedFacts(MemoryFacts):
    """Counts how many streams each transaction writes, and takes as many as it is told."""

    sizes: list[int] = field(default_factory=list)
    most: int = field(default=99, kw_only=True)

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        if len(self.sizes) >= self.most:
            raise StoreUnavailableError("no answer")
        self.sizes.append(len(changes))
        return super().append(act, *changes, idempotency=idempotency)


def made(count: int, state: str = "valid") -> Sequence[Checked]:
    return [Checked(UUID(int=number), state, "api") for number in range(1, count + 1)]


def test_each_check_is_the_one_fact_of_a_stream_of_its_own() -> None:
    facts = MemoryFacts(TOPICS)
    one = Checked(
        UUID(int=7), "revoked", "page", "judicial-record", UUID(int=8), bytes(32),
        PersonCompared.DIFFERS,
    )  # fmt: skip
    record_checks(facts, [one], act=DESK)
    (recorded,) = facts.history(UUID(int=7)).recorded
    assert recorded.fact == CheckRecorded(
        "revoked", "judicial-record", UUID(int=8), bytes(32), PersonCompared.DIFFERS, "page"
    )
    assert (recorded.act, recorded.subject) == (DESK, None)


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (MOST_AT_ONCE, [100]), (250, [100, 100, 50])]
)
def test_many_are_recorded_in_few_transactions(count: int, sizes: list[int]) -> None:
    facts = CountedFacts(TOPICS)
    receipts = record_checks(facts, made(count), act=DESK)
    assert facts.sizes == sizes
    assert sum(len(receipt.positions) for receipt in receipts) == facts.head() == count


def test_one_that_is_not_of_the_form_wanted_keeps_all_from_being_recorded() -> None:
    facts = MemoryFacts(TOPICS)
    with pytest.raises(InvalidInputError):
        record_checks(facts, [*made(150), *made(1, "Not A Code")], act=DESK)
    assert facts.head() == 0


def test_nobody_without_an_organisation_has_a_history() -> None:
    facts = MemoryFacts(TOPICS)
    with pytest.raises(RefusedError):
        record_checks(facts, made(1), act=Act(NOW, "citizen-1", "citizen"))
    assert facts.head() == 0


def test_a_reference_is_never_used_twice() -> None:
    facts = MemoryFacts(TOPICS)
    record_checks(facts, made(1), act=DESK)
    with pytest.raises(ConflictError):
        record_checks(facts, made(1, "altered"), act=DESK)
    (kept,) = facts.history(UUID(int=1)).facts
    assert isinstance(kept, CheckRecorded)
    assert kept.state == "valid"


def test_what_could_not_be_recorded_is_raised() -> None:
    facts = CountedFacts(TOPICS, most=1)
    with pytest.raises(StoreUnavailableError):
        record_checks(facts, made(150), act=DESK)
    assert facts.head() == MOST_AT_ONCE


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], FactStore]:
    """Open the same ledger again and again."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    numbers = iter(range(1, 10_000))

    def store() -> FactStore:
        made = open_store(
            url, types=FACT_TYPES, seals=WithheldParts(),
            ids=lambda: event_id(next(numbers), bytes(10)),
        )  # fmt: skip
        request.addfinalizer(made.close)
        return made

    return store


def test_checks_are_there_for_who_opens_the_ledger_anew(opened: Callable[[], FactStore]) -> None:
    record_checks(opened(), made(120), act=DESK)
    again = opened()
    assert again.head() == 120
    found = again.read(after=0, limit=200, topics=("check.recorded/1",))
    assert {one.stream_id for one in found} == {one.check for one in made(120)}
    assert {one.act.organisation for one in found} == {"DN-MAU"}
