"""Facts to rows and back: what binds a row together, and what is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import pytest

from ledger.errors import TamperedError, UnknownFactError
from ledger.facts import Act, Change
from ledger.personal import Erased, Purpose
from ledger.store import entry
from ledger.store.mapper import MANY, FactMapper
from ledger.store.rows import Row
from tests_support.toy_ledger import (
    Counted,
    Met,
    OpenSeals,
    fresh_id,
    sample_note,
    toy_act,
    toy_types,
)

MET = Met("office", "NGUYỄN VĂN MẪU", None, "0900000000")
SUBJECT = UUID(int=77)


def mapper(seals: OpenSeals | None = None) -> FactMapper:
    return FactMapper(toy_types(), seals or OpenSeals(), fresh_id)


def row_of(*facts: object, act: Act | None = None) -> Row:
    changes = [Change(uuid4(), 0, facts or (MET,), SUBJECT)]
    return mapper().rows_of(act or toy_act(), changes, None)[-1]


def test_a_full_act_comes_back() -> None:
    act = replace(
        toy_act(), occurred_at=toy_act().at, calendar_version="vn-1", correlation=uuid4(),
        causation=uuid4(),
    )  # fmt: skip
    (recorded,) = mapper().recorded([row_of(act=act)])
    assert (recorded.act, recorded.subject, recorded.fact) == (act, SUBJECT, MET)


def test_a_row_moved_to_another_place_is_not_read() -> None:
    row = row_of()
    for moved in (
        row._replace(stream_id=uuid4()),
        row._replace(version=2),
        row._replace(event_id=fresh_id()),
    ):
        with pytest.raises(TamperedError):
            mapper().recorded([moved])


def test_a_damaged_row_is_named_by_its_place() -> None:
    row = row_of(Counted(1))._replace(position=41)
    with pytest.raises(TamperedError, match="position 41"):
        mapper().recorded([row._replace(state=b"")])
    later = b"\x84\x02" + row.state[2:]
    with pytest.raises(UnknownFactError, match="position 41"):
        mapper().recorded([row._replace(state=later)])


def test_a_damaged_envelope_is_found() -> None:
    row = row_of(Counted(1))
    body, envelope, sealed = entry.read_state(row.state)
    for broken in (
        envelope._replace(recorded_at="now"),  # type: ignore[arg-type]
        envelope._replace(recorded_at=2**63),
        envelope._replace(correlation=b"short"),
    ):
        state = entry.write_state(entry.write_body(body), broken, sealed)
        with pytest.raises(TamperedError):
            mapper().recorded([row._replace(state=state)])


def test_an_entry_stands_for_the_row_and_for_its_meaning() -> None:
    row = row_of()
    assert mapper().entry_stands(row)
    assert not mapper().entry_stands(row._replace(entry=row.entry[:33] + bytes(32)))
    assert not mapper().entry_stands(row._replace(entry=bytes(65)))


def test_an_entry_stands_for_its_row_when_the_meaning_is_erased() -> None:
    row = row_of()
    one_gone = OpenSeals({OpenSeals.key_id(SUBJECT, Purpose.IDENTITY)})
    assert mapper(one_gone).entry_stands(row)
    (recorded,) = mapper(one_gone).recorded([row])
    gone = Erased(OpenSeals.key_id(SUBJECT, Purpose.IDENTITY))
    assert recorded.fact == replace(MET, name=gone, born=gone)
    # What was erased cannot be checked any more; the row still can.
    assert mapper(one_gone).entry_stands(row._replace(entry=row.entry[:33] + bytes(32)))
    assert not mapper(one_gone).entry_stands(row._replace(entry=bytes(65)))


def test_two_facts_that_say_the_same_have_different_leaves() -> None:
    assert row_of(Counted(1)).entry[33:] != row_of(Counted(1)).entry[33:]


@dataclass
class ManyKeys(OpenSeals):
    """Seals that say which keys were got ready together."""

    writing: set[tuple[UUID, Purpose]] = field(default_factory=set)
    reading: int = 0

    def prepare_writing(self, wanted: Iterable[tuple[UUID, Purpose]]) -> None:
        self.writing.update(wanted)

    def prepare_reading(self, rows: Iterable[Mapping[str, bytes]]) -> None:
        self.reading += len(list(rows))


def test_the_keys_of_many_facts_are_got_ready_together() -> None:
    seals = ManyKeys()
    people = [uuid4() for _ in range(MANY)]
    changes = [Change(uuid4(), 0, (sample_note(), Counted(1)), person) for person in people]
    changes.append(Change(uuid4(), 0, (Counted(1),)))
    rows = mapper(seals).rows_of(toy_act(), changes, None)
    assert seals.writing == {(person, Purpose.IDENTITY) for person in people}
    recorded = mapper(seals).recorded(rows)
    assert seals.reading == MANY
    assert [r.fact for r in recorded[:2]] == [sample_note(), Counted(1)]


def test_the_keys_of_a_few_facts_are_not() -> None:
    seals = ManyKeys()
    rows = mapper(seals).rows_of(toy_act(), [Change(uuid4(), 0, (sample_note(),), SUBJECT)], None)
    mapper(seals).recorded(rows)
    assert (seals.writing, seals.reading) == (set(), 0)
