"""Forgers who change the rows of an evidence package and make every manifest anew (A35)."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest

from ledger.audit.package import verify
from ledger.audit.package.facts import PackagedFact
from ledger.canonical import encode
from ledger.store.entry import (
    Envelope,
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.store.rows import Row
from ledger.transparency.merkle import leaf_hash
from tests_support.evidence_packages import (
    AT,
    PACKAGE,
    STREAM,
    Files,
    House,
    checked,
    forged,
)
from tests_support.forged_packages import FACTS, lines, of_lines, without, wrong


def test_nobody_forges_the_exporters_signature(shop: House, package: Files) -> None:
    outcome = shop.checked(forged(package, {}))
    assert len(outcome.wrong) == 1
    assert outcome.wrong[0].startswith("export: ")


def test_a_row_that_was_removed_is_missed(shop: House, package: Files) -> None:
    rows = lines(package)
    removed = forged(package, {FACTS: of_lines(rows[:2] + rows[3:])})
    found = wrong(shop.checked(removed))
    assert "not all positions of 1:10" in found
    assert f"{STREAM}: not whole" in found
    assert "not one for each fact" in found


def test_a_row_that_was_removed_with_its_traces_shows_by_the_signature(
    shop: House, package: Files
) -> None:
    """Inside of a stream everybody is told of the gap; at its end only the signature tells."""
    inside, last = without(package, 3), without(package, 10)
    for files in (inside, last):
        assert shop.checked(files).wrong == [f"export: not signed by {shop.exporter.key.name}"]
    nobody = checked(inside, key=None, policy=shop.policy)
    assert f"streams: {STREAM}: not all facts in between are here" in nobody.remarks
    assert checked(last, key=None, policy=shop.policy).exit_code == 2


def test_two_rows_that_were_exchanged_are_found(shop: House, package: Files) -> None:
    rows = lines(package)
    exchanged = of_lines([rows[1], rows[0], *rows[2:]])
    assert "not each position once, in order" in wrong(
        shop.checked(forged(package, {FACTS: exchanged}))
    )


Edit = Callable[[dict[str, object]], None]


def _move_border(row: dict[str, object]) -> None:
    """Let the salt take the plaintext's first byte: their hash together stays the same."""
    for part in row["opening"].values():  # type: ignore[attr-defined]
        salt, plaintext = b64decode(part["salt"]), b64decode(part["plaintext"])
        part["salt"] = b64encode(salt + plaintext[:1]).decode()
        part["plaintext"] = b64encode(plaintext[1:]).decode()


def _say_more(row: dict[str, object]) -> None:
    row["says"] = "convicted"


def _later(row: dict[str, object]) -> None:
    row["recorded_at"] = (AT + timedelta(days=1)).isoformat()


def _set(name: str, value: object) -> Edit:
    def edit(row: dict[str, object]) -> None:
        row[name] = value

    return edit


def _other_plaintext(row: dict[str, object]) -> None:
    part = row["opening"]["identity"]  # type: ignore[index]
    plaintext = bytearray(b64decode(part["plaintext"]))
    plaintext[-1] ^= 1
    part["plaintext"] = b64encode(plaintext).decode()


def _half_open(row: dict[str, object]) -> None:
    row["opening"].popitem()  # type: ignore[attr-defined]


def _other_purposes(row: dict[str, object]) -> None:
    """In the order of the right ones, so that the hash stays the same."""
    opening: dict[str, object] = row["opening"]  # type: ignore[assignment]
    row["opening"] = {f"{purpose}-x": opening[purpose] for purpose in opening}


EDITS: dict[str, tuple[int, Edit]] = {
    "another time is told": (0, _later),
    "another topic": (0, _set("topic", "toy.painted/1")),
    "another stream": (0, _set("stream", str(PACKAGE))),
    "another version": (0, _set("version", 2)),
    "another event": (0, _set("event_id", str(PACKAGE))),
    "another position": (9, _set("position", 11)),
    "another index": (9, _set("index", 10)),
    "something that no row says": (0, _say_more),
    "another plaintext": (1, _other_plaintext),
    "a moved border between salt and plaintext": (1, _move_border),
    "one opening of two": (2, _half_open),
    "openings of other purposes": (2, _other_purposes),
    "an opening of what is not sealed": (0, _set("opening", {"identity": {}})),
    "a version that is no number": (0, _set("version", "1")),
    "a state that is nothing": (0, _set("state", "")),
    "an entry that is nothing": (0, _set("entry", "")),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_row_is_found_by_itself(shop: House, package: Files, name: str) -> None:
    """Though no manifest and no signature tells: by the entry, or by what the state says."""
    at, edit = EDITS[name]
    rows = lines(package)
    edit(rows[at])
    outcome = checked(forged(package, {FACTS: of_lines(rows)}), key=None, policy=shop.policy)
    assert f"facts: line {at + 1}: " in wrong(outcome)


def test_a_salt_has_one_length() -> None:
    """Else a part of the plaintext that is a map by itself could be shown for the whole."""
    salt, inner = bytes(16), encode({"born": 1})
    whole = encode({"a": 1, "z": {"born": 1}})
    assert whole.endswith(inner)

    def part(salt: bytes, plaintext: bytes) -> dict[str, str]:
        return {
            "salt": b64encode(salt).decode(),
            "plaintext": b64encode(plaintext).decode(),
        }

    assert verify.meaning(part(salt, whole)) == sha256(salt + whole).digest()
    with pytest.raises(verify.WrongError):
        verify.meaning(part(salt + whole.removesuffix(inner), inner))


def _renamed(row: Row, previous: bytes | None) -> Row:
    """Return a row that names another fact before it, with the entry that it needs."""
    kept = read_state(row.state)
    envelope = Envelope(*kept.envelope)._replace(previous=previous)
    state = write_state(write_body(kept.body), envelope, kept.sealed)
    digest = row_digest(row.stream_id, row.version, row.topic, row.event_id, state)
    return row._replace(state=state, entry=write_entry(digest, row.entry[33:]))


@pytest.mark.parametrize(
    ("at", "previous", "said"),
    [
        (3, bytes(32), "streams: position 4: does not follow the fact before it"),
        (0, bytes(32), "streams: position 1: not where its stream begins"),
        (3, None, "streams: position 4: not where its stream begins"),
    ],
)
def test_a_logged_fact_that_does_not_follow_the_one_before_is_found(
    at: int, previous: bytes | None, said: str
) -> None:
    """Its row, entry, proof and head are right: somebody put it into the history."""

    def edit(rows: list[Row]) -> list[Row]:
        return [*rows[:at], _renamed(rows[at], previous), *rows[at + 1 :]]

    house = House(edit)
    found = house.checked(house.package()).wrong
    assert said in found
    assert {one.partition(":")[0] for one in found} == {"streams"}


def test_a_field_that_is_told_twice_is_found(shop: House, package: Files) -> None:
    """A reader may take the first, a program the last."""
    twice = package[FACTS].replace(b'{"position": 1,', b'{"position": 9, "position": 1,', 1)
    assert "facts: line 1: JSON in another form" in wrong(
        shop.checked(forged(package, {FACTS: twice}))
    )


def test_a_row_with_an_entry_of_its_own_has_no_proof(shop: House, package: Files) -> None:
    """Row, state and entry fit together, as of a forger who computes all of it."""
    other = House()
    rows = lines(other.package())
    found = wrong(shop.checked(forged(package, {FACTS: of_lines(rows)})))
    assert found.count("the entry is not in the log at this index") == len(rows)


def test_two_logged_facts_at_one_place_of_a_stream_are_found() -> None:
    def edit(rows: list[Row]) -> list[Row]:
        envelope = Envelope(*read_state(rows[8].state).envelope)
        twin = _renamed(rows[9]._replace(version=rows[8].version), envelope.previous)
        return [*rows[:9], twin]

    house = House(edit)
    found = house.checked(house.package(whole_streams=())).wrong
    assert "streams: position 10: a second fact at one place of its stream" in found


def test_one_wrong_row_hides_no_other_finding(shop: House, package: Files) -> None:
    rows = lines(package)
    rows[0]["topic"] = "toy.met/1"
    proof = package["data/proofs/7.tlog-proof"].replace(b"index 7\n", b"index 6\n")
    files = forged(package, {FACTS: of_lines(rows), "data/proofs/7.tlog-proof": proof})
    found = wrong(shop.checked(files))
    assert "facts: line 1: not the row of its entry" in found
    assert "proofs: 7: not the proof of this index" in found


def test_a_row_under_a_foreign_leaf_is_refused(shop: House) -> None:
    """Who exports a row beside the log's own leaf of somebody else's."""
    whole = shop.contents()
    first, second = whole.facts[0].row, whole.facts[3].row
    lent = first._replace(entry=second.entry)
    files = shop.package(facts=[PackagedFact(lent), *whole.facts[1:]])
    assert leaf_hash(lent.entry) != leaf_hash(first.entry)
    assert "facts: line 1: not the row of its entry" in wrong(shop.checked(files))
