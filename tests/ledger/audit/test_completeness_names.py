"""A person alone sees that a leaf is theirs, by its name, which no service can choose."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.completeness import Bundle, SealRow, StreamShown, bundle_from_json, verify
from ledger.errors import ProofError
from ledger.records import seal
from ledger.records.seal import DaySealed, SealedHeads
from ledger.store import entry
from ledger.store.registry import FACT_TYPES
from ledger.transparency.policy import parse_policy
from ledger.transparency.stream_heads import (
    SCHEME,
    Head,
    HeadProof,
    bucket_of,
    chain,
    person_blind,
    prove,
    stream_blind,
    tree_of,
)

FIRST = Path(__file__).parents[2] / "golden" / "completeness_1.json"
ANN, BINH = UUID(int=0xA11), UUID(int=0xB14)
VISIT, BOOK = UUID(int=1), UUID(int=2)
OPEN, HIDDEN = b"o" * 32, b"h" * 32
"""Two secrets of one stream."""


def stream(name: UUID, facts: int, secret: bytes = OPEN) -> Head:
    return Head(stream_blind(name, secret), facts, bytes([facts]) * 32)


def person(name: UUID, *streams: tuple[UUID, Head], blind: bytes | None = None) -> Head:
    digest = chain((one, head.blind) for one, head in streams)
    return Head(blind or person_blind(name), len(streams), digest)


class Service:
    """Has sealed these leaves, and shows what it likes."""

    def __init__(self, *heads: Head) -> None:
        self.heads, self.tree = heads, tree_of(heads)

    def proof(self, blind: bytes) -> HeadProof:
        bucket = sorted(one for one in self.heads if bucket_of(one.blind) == bucket_of(blind))
        return prove(blind, bucket, self.tree.path(bucket_of(blind)))

    def shown(self, name: UUID, head: Head, secret: bytes = OPEN) -> StreamShown:
        return StreamShown(name, head, self.proof(head.blind), secret)

    def bundle(self, whose: UUID, streams: Sequence[StreamShown], blind: bytes = b"") -> Bundle:
        own = blind or person_blind(whose)
        return Bundle(SCHEME, whose, own, self.sealed(), self.proof(own), tuple(streams))

    def sealed(self) -> SealRow:
        heads = SealedHeads(9, len(self.heads), self.tree.root, SCHEME)
        fact = DaySealed(date(2026, 11, 27), (), heads, None)
        return row_of(fact)


def row_of(fact: DaySealed) -> SealRow:
    """Return a seal as it would be stored, in a ledger without a log."""
    topic, event = FACT_TYPES.topic_of(fact), UUID(int=5)
    body = entry.write_body(FACT_TYPES.codec(topic).fields_of(fact).clear)
    said = (event.bytes, 1, None, "worker", "system", *[None] * 9)
    state = entry.write_state(body, said, {})
    row = entry.row_digest(seal.STREAM, 1, topic, event, state)
    return SealRow(seal.STREAM, 1, topic, event, state, entry.write_entry(row, bytes(32)), None)


def refused(bundle: Bundle) -> str:
    with pytest.raises(ProofError) as found:
        verify(bundle, None)
    return found.value.rule


def test_a_person_s_own_leaf_and_what_it_names_are_believed() -> None:
    visit, book = stream(VISIT, 3), stream(BOOK, 1)
    service = Service(visit, book, person(ANN, (VISIT, visit), (BOOK, book)))
    shown = [service.shown(VISIT, visit), service.shown(BOOK, book)]
    bundle = service.bundle(ANN, shown)
    assert verify(bundle, None).sealed.heads.root == service.tree.root
    assert bundle_from_json(json.loads(json.dumps(bundle.as_json()))) == bundle
    verify(service.bundle(BINH, []), None)


def test_a_second_leaf_of_a_stream_cannot_be_shown() -> None:
    whole, short = stream(VISIT, 3), stream(VISIT, 1, HIDDEN)
    service = Service(whole, short, person(ANN, (VISIT, whole)))
    verify(service.bundle(ANN, [service.shown(VISIT, whole)]), None)
    assert refused(service.bundle(ANN, [service.shown(VISIT, short, HIDDEN)])) == "other_streams"


def test_a_second_leaf_of_a_person_cannot_be_shown() -> None:
    visit, book = stream(VISIT, 3), stream(BOOK, 1)
    other = b"another name".ljust(32, b"x")
    less = person(ANN, (VISIT, visit), blind=other)
    service = Service(visit, book, less, person(ANN, (VISIT, visit), (BOOK, book)))
    assert refused(service.bundle(ANN, [service.shown(VISIT, visit)], other)) == "other_name"
    assert refused(service.bundle(ANN, [service.shown(VISIT, visit)])) == "other_streams"


def test_somebody_else_s_absence_is_not_one_s_own() -> None:
    visit = stream(VISIT, 3)
    service = Service(visit, person(ANN, (VISIT, visit)))
    assert refused(service.bundle(ANN, [], person_blind(BINH))) == "other_name"
    assert refused(service.bundle(ANN, [])) == "not_absent"


def test_a_leaf_of_another_stream_is_not_this_one_s() -> None:
    visit, book = stream(VISIT, 3), stream(BOOK, 1)
    service = Service(visit, book, person(ANN, (VISIT, book)))
    assert refused(service.bundle(ANN, [service.shown(VISIT, book)])) == "other_name"
    assert refused(service.bundle(ANN, [service.shown(VISIT, visit)])) == "other_streams"


def test_two_persons_of_one_stream_see_one_leaf() -> None:
    visit = stream(VISIT, 3)
    service = Service(visit, person(ANN, (VISIT, visit)), person(BINH, (VISIT, visit)))
    both = [service.bundle(one, [service.shown(VISIT, visit)]) for one in (ANN, BINH)]
    for bundle in both:
        verify(bundle, None)
    assert both[0].streams == both[1].streams


def first(which: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FIRST.read_text("utf-8"))[which]
    return told


def test_bundles_of_before_are_verified_as_they_were() -> None:
    policy = parse_policy(json.loads(FIRST.read_text("utf-8"))["policy"])
    for which, count in (("streams", 2), ("none", 0)):
        bundle = bundle_from_json(first(which))
        proved = verify(bundle, policy)
        assert proved.in_log
        assert len(bundle.streams) == count
        assert proved.sealed.heads.scheme == 1
        assert bundle.as_json() == first(which)


def test_what_they_could_not_show_is_shown_now() -> None:
    """Negative control: by scheme 1 a service could tell anybody that there is nothing."""
    lie = bundle_from_json({**first("none"), "person": first("streams")["person"]})
    verify(lie, None)
    assert refused(replace(lie, scheme=SCHEME)) == "other_scheme"
