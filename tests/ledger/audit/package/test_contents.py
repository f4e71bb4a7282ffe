"""What goes into a package: bags that are the same bytes again, rows of any kind, openings."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit  # type: ignore[import-untyped]
import cbor2
import pytest

from ledger.audit.package.bag import bag, zipped
from ledger.audit.package.facts import PackagedFact, envelope_of, row_of
from ledger.audit.package.openings import open_parts
from ledger.audit.package.package import NOTE, files_of, note_text
from ledger.audit.rows import RawRow, open_rows
from ledger.errors import InvalidInputError, TamperedError
from ledger.store.entry import Envelope, entry_stands_for_row, read_state, write_body, write_state
from ledger.store.rows import Row
from tests_support.audited_ledger import AuditedLedger
from tests_support.evidence_packages import FORGOTTEN, ORIGIN, PACKAGE, House, written


def test_the_same_contents_are_the_same_bytes(house: House) -> None:
    contents = house.contents()
    first, again = (files_of(contents, ORIGIN, house.exporter) for _ in range(2))
    assert first == again
    backwards = dict(reversed(first.items()))
    assert zipped("one", first) == zipped("one", backwards)


def test_a_bag_of_anything_is_a_bag_to_others(tmp_path: Path) -> None:
    files = bag({"a": b"", "deep/er": b"x" * 1_000}, {"tag.txt": b"t"}, [("Label", "Nguyễn: 1")])
    opened = bagit.Bag(str(written(files, tmp_path / "bag")))
    assert opened.validate()
    assert opened.info["Label"] == "Nguyễn: 1"
    assert opened.info["Payload-Oxum"] == "1000.2"


@pytest.mark.parametrize("value", ["", "two\nlines", " before", "after ", "a\u2028b", "tab\t."])
def test_a_label_is_one_line(value: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        bag({}, {}, [("Contact-Name", value)])
    assert (refused.value.place, refused.value.rule) == ("Contact-Name", "label_form")


def test_an_actor_cannot_write_lines_of_his_own_into_the_bag(house: House) -> None:
    forger = replace(ORIGIN, actor="lan\nRecords-Facts: 0")
    with pytest.raises(InvalidInputError):
        files_of(house.contents(), forger, house.exporter)


def test_the_note_names_package_and_both_tag_manifests(package: dict[str, bytes]) -> None:
    text = note_text(package, PACKAGE)
    assert package[NOTE].decode().startswith(f"{text}\n\u2014 ")
    head, urn, *hashes = text.removesuffix("\n").split("\n")
    assert (head, urn) == ("records-ledger evidence package v1", PACKAGE.urn)
    assert [one.split(" ")[1] for one in hashes] == [
        "tagmanifest-sha256.txt", "tagmanifest-sha512.txt",
    ]  # fmt: skip


# Openings


def sealed_rows(house: House, *, forgotten: bool) -> Iterator[Row]:
    for row in house.rows:
        envelope = envelope_of(row)
        assert envelope is not None
        if read_state(row.state).sealed and (envelope.subject == FORGOTTEN.bytes) is forgotten:
            yield row


def test_an_opening_is_salt_and_plaintext_of_every_part(house: House) -> None:
    for row in sealed_rows(house, forgotten=False):
        opened = open_parts(row, house.keys)
        assert opened is not None
        assert opened.keys() == read_state(row.state).sealed.keys()
        for part in opened.values():
            assert len(part.salt) == 16
            assert cbor2.loads(part.plaintext)


def test_what_was_erased_is_not_opened_and_neither_is_the_rest(house: House) -> None:
    rows = list(sealed_rows(house, forgotten=True))
    assert [open_parts(row, house.keys) for row in rows] == [None] * len(rows)
    half = House()
    met = next(row for row in half.rows if len(read_state(row.state).sealed) == 2)
    half.keys.destroyed.add(read_state(met.state).sealed["contact"][:16])
    assert open_parts(met, half.keys) is None


def test_a_part_that_was_moved_is_not_opened(house: House) -> None:
    row = next(sealed_rows(house, forgotten=False))
    assert open_parts(row._replace(version=row.version + 1), house.keys) is None
    assert open_parts(row._replace(state=b"\x80"), house.keys) is None


def test_a_fact_without_sealed_parts_has_nothing_to_open(house: House) -> None:
    assert open_parts(house.rows[0], house.keys) == {}
    assert "opening" not in PackagedFact(house.rows[0]).as_json()


# Rows as they are


def test_a_raw_row_of_our_types_is_told_as_it_is(house: House) -> None:
    row = house.rows[0]
    raw = RawRow(row.position, row.event_id.bytes, row.stream_id.bytes, *row[3:])
    assert row_of(raw) == row


def test_both_databases_give_rows_as_they_are_stored(begin: Callable[..., AuditedLedger]) -> None:
    ledger = begin(seed=3)
    ledger.grow(30)
    with closing(open_rows(ledger.url)) as source:
        for fact in ledger.facts.read(after=0, limit=30):
            raw = source.at(fact.position)
            assert raw is not None
            row = row_of(raw)
            assert (row.position, row.event_id, row.stream_id, row.version, row.topic) == (
                fact.position, fact.event_id, fact.stream_id, fact.version, fact.topic,
            )  # fmt: skip
            assert row.entry == fact.entry
            assert entry_stands_for_row(
                row.entry, row.stream_id, row.version, row.topic, row.event_id, row.state
            )


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "text"), ("state", None), ("topic", b"x"), ("entry", None), ("version", "1"),
     ("event_id", b"short"), ("event_id", None), ("stream_id", 7), ("stream_id", "x" * 16)],
)  # fmt: skip
def test_a_row_that_cannot_be_told_is_refused(house: House, column: str, value: Any) -> None:
    row = house.rows[0]
    raw = RawRow(row.position, row.event_id.bytes, row.stream_id.bytes, *row[3:])
    with pytest.raises(TamperedError):
        row_of(raw._replace(**{column: value}))


def test_a_state_that_cannot_be_read_has_no_time(house: House) -> None:
    row = house.rows[0]
    kept = read_state(row.state)
    late = Envelope(*kept.envelope)._replace(recorded_at=1 << 62)
    for state in (b"", b"\x80", write_state(write_body(kept.body), late, kept.sealed)):
        told = PackagedFact(row._replace(state=state)).as_json()
        assert told["recorded_at"] is None
