"""Facts to stored fields and back; nothing is written that could not be read again."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.errors import UnknownFactError
from ledger.personal import Erased, ForPurpose, Identity, Purpose, Sealed, SealedFor
from ledger.store import entry
from ledger.store.fact_codec import FactCodec, StoredFields, microseconds, moment
from tests_support.toy_ledger import Colour, Corner, Counted, Met, Painted, Size, sample_painted

AT = datetime(2026, 11, 2, 8, 30, 0, 123456, tzinfo=UTC)
PAINTED = sample_painted()
MET = Met("office", "NGUYỄN VĂN MẪU", None, "0900000000")

texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
corners = st.builds(Corner, st.integers(-(2**63), 2**63), st.sampled_from(Colour))
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the zone is given beside it)
painted = st.builds(
    Painted, name=texts, done=st.booleans(), amount=st.integers(-(2**63), 2**64 - 1),
    digest=st.binary(max_size=40), thing=st.uuids(), day=st.dates(), at=times,
    colour=st.sampled_from(Colour), size=st.sampled_from(Size), corner=corners,
    corners=st.lists(corners, max_size=3).map(tuple), pair=st.tuples(texts, st.integers(0, 9)),
    until=st.none() | times, nothing=st.none(),
)  # fmt: skip


@given(painted)
def test_every_form_of_field_comes_back_and_is_written_in_order(fact: Painted) -> None:
    codec = FactCodec(Painted)
    stored = codec.fields_of(fact)
    body = entry.write_body(stored.clear)
    assert body == canonical.encode(stored.clear)
    assert codec.fact_of(StoredFields(canonical.decode(body), {})) == fact


def test_the_stored_forms_are_these() -> None:
    assert FactCodec(Painted).fields_of(PAINTED).clear == {
        "name": "cửa",
        "done": True,
        "amount": -3,
        "digest": b"\x00\xff",
        "thing": UUID(int=5).bytes,
        "day": "2024-02-29",
        "at": 1_793_608_200_123_456,
        "colour": "blue",
        "size": 2,
        "corner": {"x": 1, "colour": "red"},
        "corners": [{"x": 2, "colour": "blue"}],
        "pair": ["a", 1],
        "until": None,
        "nothing": None,
    }


def test_sealed_fields_stand_apart_by_purpose() -> None:
    codec = FactCodec(Met)
    stored = codec.fields_of(MET)
    assert stored.clear == {"place": "office"}
    assert stored.sealed == {
        "identity": {"name": "NGUYỄN VĂN MẪU", "born": None},
        "contact": {"phone": "0900000000"},
    }
    assert codec.clear_names == ("place",)
    assert codec.purposes == ("contact", "identity")
    assert codec.fact_of(stored) == MET


def test_an_erased_purpose_reads_as_erased_in_each_of_its_fields() -> None:
    codec = FactCodec(Met)
    stored = codec.fields_of(MET)
    gone = Erased(b"k" * 16)
    stored.sealed["identity"] = gone
    assert codec.fact_of(stored) == replace(MET, name=gone, born=gone)


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    there = AT.astimezone(timezone(timedelta(hours=7)))
    assert microseconds(there) == microseconds(AT)
    assert moment(microseconds(there)) == AT


def test_subclasses_of_plain_values_are_stored_plain() -> None:
    stored = FactCodec(Painted).fields_of(replace(PAINTED, name=Colour.RED, amount=Size.LARGE))
    assert type(stored.clear["name"]) is str
    assert type(stored.clear["amount"]) is int


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 7),
        ("name", None),
        ("done", 1),
        ("amount", "7"),
        ("amount", 1.5),
        ("digest", "text"),
        ("digest", bytearray(b"x")),
        ("thing", "no id"),
        ("day", AT),
        ("at", date(2024, 1, 1)),
        ("at", datetime(2024, 1, 1)),  # noqa: DTZ001 (it must be refused)
        ("at", datetime(1969, 12, 31, tzinfo=UTC)),
        ("colour", "red"),
        ("size", 1),
        ("corner", None),
        ("corner", Counted(1)),
        ("corner", Corner("1", Colour.RED)),  # type: ignore[arg-type]
        ("corners", [Corner(1, Colour.RED)]),
        ("pair", ["a", 1]),
        ("pair", ("a", 1, 2)),
        ("pair", (1, "a")),
        ("until", 0),
        ("nothing", False),
    ],
)
def test_a_value_that_could_not_be_read_again_is_refused(field: str, value: Any) -> None:
    # The dataclass itself checks nothing, as at run time nothing does.
    fact = replace(PAINTED, **{field: value})
    with pytest.raises(TypeError, match=rf"Painted\.{field}"):
        FactCodec(Painted).fields_of(fact)


def test_a_refused_value_is_not_repeated_in_the_message() -> None:
    with pytest.raises(TypeError) as refusal:
        FactCodec(Met).fields_of(replace(MET, name=79123456789))  # type: ignore[arg-type]
    assert "79123456789" not in str(refusal.value)


def test_an_erased_value_is_not_written_again() -> None:
    with pytest.raises(TypeError, match=r"Met\.name"):
        FactCodec(Met).fields_of(replace(MET, name=Erased(b"k" * 16)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 7),
        ("done", None),
        ("amount", "7"),
        ("thing", b"short"),
        ("thing", 7),
        ("day", "2024-13-01"),
        ("day", 7),
        ("at", "now"),
        ("at", 2**70),
        ("colour", "green"),
        ("colour", []),
        ("size", 9),
        ("corner", {"x": 1}),
        ("corner", {"x": 1, "colour": "red", "more": 1}),
        ("corner", [1]),
        ("corners", {"x": 1}),
        ("pair", {}),
        ("pair", ["a"]),
        ("nothing", 0),
    ],
)
def test_stored_fields_of_another_form_are_not_guessed_at(field: str, value: Any) -> None:
    codec = FactCodec(Painted)
    stored = codec.fields_of(PAINTED)
    stored.clear[field] = value
    with pytest.raises(UnknownFactError):
        codec.fact_of(stored)


def test_missing_and_further_fields_are_not_guessed_at() -> None:
    codec = FactCodec(Counted)
    for clear in ({}, {"number": 1, "more": 2}, {"numbers": 1}):
        with pytest.raises(UnknownFactError):
            codec.fact_of(StoredFields(dict(clear), {}))
    with pytest.raises(UnknownFactError):
        codec.fact_of(StoredFields({"number": 1}, {"identity": {}}))


@dataclass(frozen=True)
class Floating:
    amount: float


@dataclass(frozen=True)
class Either:
    value: int | str


@dataclass(frozen=True)
class Worded:
    word: Literal["a", "b"]


@dataclass(frozen=True)
class Deep:
    met: Met


@dataclass(frozen=True)
class Marked:
    name: Annotated[str, "no mark of ours"]


@dataclass(frozen=True)
class TwiceSealed:
    name: Annotated[str, Sealed(Purpose.IDENTITY), Sealed(Purpose.HEALTH)]


@dataclass(frozen=True)
class OnlySealed:
    name: Identity[str]


@dataclass(frozen=True)
class Kept:
    place: str
    name: Identity[str]
    finding: ForPurpose[str]
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True)
class KeptForNothing:
    finding: ForPurpose[str]


@dataclass(frozen=True)
class SaysTwice:
    finding: ForPurpose[str]
    purpose: SealedFor = Purpose.HEALTH
    other: SealedFor = Purpose.HEALTH


class NoDataclass(StrEnum):
    A = "a"


@pytest.mark.parametrize(
    "fact_class",
    [Floating, Either, Worded, Deep, Marked, TwiceSealed, KeptForNothing, SaysTwice, NoDataclass],
)
def test_a_class_without_a_stored_form_is_refused_at_once(fact_class: type) -> None:
    with pytest.raises(TypeError):
        FactCodec(fact_class)


def test_a_fact_may_be_wholly_sealed() -> None:
    codec = FactCodec(OnlySealed)
    assert codec.clear_names == ()
    fact = OnlySealed("NGUYỄN VĂN MẪU")
    assert codec.fact_of(codec.fields_of(fact)) == fact


def test_ids_are_stored_as_bytes() -> None:
    thing = uuid4()
    stored = FactCodec(Painted).fields_of(replace(PAINTED, thing=thing))
    assert stored.clear["thing"] == thing.bytes


@pytest.mark.parametrize("purpose", [Purpose.JUDICIAL, Purpose.HEALTH])
def test_a_fact_may_say_for_which_purpose_it_is_kept(purpose: Purpose) -> None:
    codec = FactCodec(Kept)
    fact = Kept("office", "NGUYỄN VĂN MẪU", "một điều", purpose)
    stored = codec.fields_of(fact)
    assert stored.clear == {"place": "office"}
    assert stored.sealed[purpose.value] == {"finding": "một điều"}
    assert codec.purposes_of(fact) == tuple(sorted(("identity", purpose.value)))
    assert codec.fact_of(stored) == fact
    gone = Erased(b"k" * 16)
    assert codec.fact_of(StoredFields(stored.clear, {**stored.sealed, purpose.value: gone})) == (
        replace(fact, finding=gone)
    )


def test_a_fact_may_not_say_a_purpose_that_its_other_fields_have() -> None:
    with pytest.raises(TypeError, match="another purpose"):
        FactCodec(Kept).fields_of(Kept("office", "MẪU", "một điều", Purpose.IDENTITY))


@pytest.mark.parametrize("others", [(), ("health", "judicial"), ("weather",)])
def test_one_known_purpose_is_said_or_the_fact_is_unknown(others: tuple[str, ...]) -> None:
    parts: dict[str, dict[str, Any] | Erased] = {"identity": {"name": "MẪU"}}
    parts.update({purpose: {"finding": "một điều"} for purpose in others})
    with pytest.raises(UnknownFactError, match="other purposes"):
        FactCodec(Kept).fact_of(StoredFields({"place": "office"}, parts))
