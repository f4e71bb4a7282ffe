"""Stored names and their classes, and old versions of facts read by today's program."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from ledger.errors import UnknownFactError
from ledger.facts import Change
from ledger.personal import Erased, Identity
from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import FactTypes, Upcaster
from ledger.store.mapper import FactMapper
from ledger.store.rows import Row
from tests_support.toy_ledger import (
    TOPICS,
    Counted,
    Met,
    OpenSeals,
    fresh_id,
    toy_act,
    toy_types,
)


@dataclass(frozen=True, slots=True)
class MetFirst:
    """How `toy.met/1` looked before places had codes and names had two parts."""

    spot: str
    name: Identity[str]


@dataclass(frozen=True, slots=True)
class MetThird:
    place: str
    country: str
    family_name: Identity[str]
    given_name: Identity[str]


def _to_second(stored: StoredFields) -> StoredFields:
    return StoredFields({"place": stored.clear["spot"]}, stored.sealed)


def _to_third(stored: StoredFields) -> StoredFields:
    identity = stored.sealed["identity"]
    if not isinstance(identity, Erased):
        family, _, given = identity["name"].partition(" ")
        identity = {"family_name": family, "given_name": given}
    return StoredFields({**stored.clear, "country": "VN"}, {"identity": identity})


UPCASTERS = (
    Upcaster("toy.greeted/1", "toy.greeted/2", _to_second),
    Upcaster("toy.greeted/2", "toy.greeted/3", _to_third),
)
TODAY = FactTypes({"toy.greeted/3": MetThird, "toy.counted/1": Counted}, upcasters=UPCASTERS)

# Bytes that a program of the first version stored, with seals that hide nothing.
GOLDEN_STREAM = UUID("22222222-2222-4222-8222-222222222222")
GOLDEN_EVENT = UUID("01980000-0000-7000-8000-000000000002")
GOLDEN_STATE = bytes.fromhex(
    "8401a16473706f74666f66666963658e50019800000000700080000000000000021b00065f46f3a09200f66961"
    "63636f756e742d31667465737465726630312e483031646e6f6e6565746f792d31f6f6f6500000000000000000"
    "000000000000004df6f6a1686964656e74697479585a3f70677efa9ed80a0e8164cf37765dc7041a9a8d64ac8b"
    "da51ac81eda421d10da2fee63244db6a3c31bb7338226bec7c07d220f717c491cac7c7e34bcf93de5ba1646e61"
    "6d65734e475559e1bb844e2056c4824e204de1baaa55"
)


def golden_row() -> Row:
    return Row(5, GOLDEN_EVENT, GOLDEN_STREAM, 1, "toy.greeted/1", GOLDEN_STATE, bytes(65))


def test_bytes_of_the_first_version_read_as_todays_fact() -> None:
    recorded = FactMapper(TODAY, OpenSeals(), fresh_id).recorded([golden_row()])[0]
    assert recorded.fact == MetThird("office", "VN", "NGUYỄN", "VĂN MẪU")
    # The name is the one that stands in the ledger, for ever.
    assert recorded.topic == "toy.greeted/1"


def test_an_erased_part_stays_erased_through_all_versions() -> None:
    key_id = OpenSeals.key_id(UUID(int=77), "identity")
    recorded = FactMapper(TODAY, OpenSeals({key_id}), fresh_id).recorded([golden_row()])[0]
    gone = Erased(key_id)
    assert recorded.fact == MetThird("office", "VN", gone, gone)


def test_what_is_written_today_has_todays_name() -> None:
    assert TODAY.topic_of(MetThird("a", "VN", "b", "c")) == "toy.greeted/3"
    assert TODAY.current_topics == ("toy.counted/1", "toy.greeted/3")
    assert TODAY.topics == ("toy.counted/1", "toy.greeted/1", "toy.greeted/2", "toy.greeted/3")


def test_asking_for_a_name_asks_for_all_its_versions() -> None:
    every = ["toy.greeted/1", "toy.greeted/2", "toy.greeted/3"]
    assert TODAY.spellings(["toy.greeted/3"]) == every
    assert TODAY.spellings(["toy.greeted/1"]) == every
    assert TODAY.spellings([]) == []


@pytest.mark.parametrize("topic", ["toy.unheard/1", "toy.counted/2", "toy.greeted/4", "os:getcwd"])
def test_unknown_names_and_later_versions_are_refused(topic: str) -> None:
    with pytest.raises(UnknownFactError):
        TODAY.codec(topic)
    with pytest.raises(UnknownFactError):
        TODAY.current(topic)
    row = golden_row()._replace(topic=topic)
    with pytest.raises(UnknownFactError):
        FactMapper(TODAY, OpenSeals(), fresh_id).recorded([row])


@pytest.mark.parametrize(
    "topic",
    ["counted/1", "toy.counted", "toy.counted/0", "Toy.counted/1", "toy.counted/1\n", "a:b/1"],
)
def test_malformed_names_are_refused(topic: str) -> None:
    with pytest.raises(ValueError, match="expected a name"):
        FactTypes({topic: Counted})


def test_a_name_and_a_class_belong_to_each_other_alone() -> None:
    with pytest.raises(ValueError, match="already taken"):
        FactTypes({"toy.counted/1": Counted}, {"toy.counted/1": Met})
    with pytest.raises(ValueError, match="another name"):
        FactTypes({"toy.counted/1": Counted}, {"toy.counts/1": Counted})
    with pytest.raises(ValueError, match="already taken"):
        FactTypes(TOPICS, upcasters=[Upcaster("toy.met/1", "toy.met/2", _to_second)])


def test_an_upcaster_leads_to_the_next_version_of_the_same_name() -> None:
    for new in ("toy.greeted/1", "toy.greeted/3", "toy.met/2"):
        with pytest.raises(ValueError, match="expected to become"):
            FactTypes(TOPICS, upcasters=[Upcaster("toy.greeted/1", new, _to_second)])
    with pytest.raises(UnknownFactError):
        FactTypes(TOPICS, upcasters=UPCASTERS)


def test_a_class_without_a_name_is_not_stored() -> None:
    with pytest.raises(UnknownFactError):
        toy_types().topic_of(MetFirst("a", "b"))


def test_the_golden_bytes_are_what_the_first_version_wrote() -> None:
    # Only the random salt inside the sealed part differs from one writing to the next.
    first = FactMapper(FactTypes({"toy.greeted/1": MetFirst}), OpenSeals(), lambda: GOLDEN_EVENT)
    fact = MetFirst("office", "NGUYỄN VĂN MẪU")
    change = Change(GOLDEN_STREAM, 0, (fact,), UUID(int=77))
    (row,) = first.rows_of(toy_act(), [change], None)
    assert len(row.state) == len(GOLDEN_STATE)
    again = first.recorded([golden_row()])[0]
    assert again.fact == fact
    assert (again.act, again.subject) == (toy_act(), UUID(int=77))
    assert replace(again, entry=row.entry, position=0) == first.recorded([row])[0]
