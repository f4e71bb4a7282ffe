"""The attacks, each a function of what an owner of the databases can do by SQL; and what is seen.

Numbers and expected classes are those of the audit reference, section 3. Three things differ. A row
that keeps its own entry but stands at another position is C2.leaf here: its leaf in the tree is
another's. "Payload" of A13 are the sealed parts, "salt" of A14 is the key that it dies with. A view
that stands before the ledger's end is late, which is no drift: so A10 is C5 and C9, without C7.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from ledger.store.entry import write_body, write_state
from tests_support.attacked_copy import AttackedCopy, Fact, without_part
from tests_support.attacked_places import by_sql, fetch

DAYS = 86_400_000_000
"""Microseconds."""
Place = dict[str, Any]
Attack = Callable[[AttackedCopy], list[Place]]
"""Attacks; returns the smallest places that are to be named at level 1."""


def the(copy: AttackedCopy, topic: str, stream: UUID | None = None) -> Fact:
    """Return the row of a certificate by what happened; of the recalled one if none is given."""
    of = (stream or copy.house.recalled).bytes
    return next(one for one in copy.facts() if one.stream == of and one.topic == topic)


def at(*facts: Fact) -> list[Place]:
    """Return the rows' places."""
    return [{"position": one.position} for one in facts]


def payload(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.issued/1")
    state = row.opened()
    body = write_body({**state.body, "changed": 1})
    copy.put(row._replace(state=write_state(body, state.envelope, state.sealed)))
    return at(row)


def backdate(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.recalled/1")
    copy.put(row.enveloped(recorded_at=row.opened().envelope.recorded_at - 3 * DAYS))
    return at(row)


def actor(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.signed/1")
    copy.put(row.enveloped(actor="somebody-else"))
    return at(row)


def topic(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.recalled/1")
    copy.edit("UPDATE ledger_facts SET topic = ? WHERE position = ?",
              "certificate.issued/1", row.position)  # fmt: skip
    return at(row)


def stream(copy: AttackedCopy) -> list[Place]:
    row, other = the(copy, "certificate.recalled/1"), copy.house.delivered.bytes
    version = max(one.version for one in copy.facts() if one.stream == other) + 1
    copy.put(row._replace(stream=other, version=version))
    return at(row)


def delete_middle(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.sealed/1")
    copy.edit("DELETE FROM ledger_facts WHERE position = ?", row.position)
    return at(row)


def delete_last(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.recalled/1")
    copy.edit("DELETE FROM ledger_facts WHERE position = ?", row.position)
    return at(row)


def _cut(copy: AttackedCopy, size: int) -> list[Place]:
    kept = copy.facts()[:size]
    copy.write(kept)
    by_sql(copy.places.log, ("UPDATE log_head SET size = ?", (size,)))
    return [{"size": copy.house.heads[-1].size}]


def delete_tail(copy: AttackedCopy) -> list[Place]:
    return _cut(copy, len(copy.facts()) - 150)


def roll_back(copy: AttackedCopy) -> list[Place]:
    _cut(copy, copy.house.backup)
    copy.rebuild_log(copy.facts())
    return [{"size": copy.house.memory_size}]


def _forged(copy: AttackedCopy, position: int, role: str, later: int = 0) -> Fact:
    """Return a recall of the certificate in force that nobody decided, with an entry that fits."""
    of = copy.house.delivered.bytes
    last = max((one for one in copy.facts() if one.stream == of), key=lambda one: one.version)
    row = the(copy, "certificate.recalled/1")
    event = bytes(15) + b"\x07"
    when = last.opened().envelope.recorded_at + later
    made = row._replace(position=position, stream=of, version=last.version + 1, event=event)
    return made.enveloped(
        event_id=event, role=role, recorded_at=when, occurred_at=None, previous=last.head()
    ).entered()


def insert_middle(copy: AttackedCopy) -> list[Place]:
    place = the(copy, "certificate.issued/1", copy.house.delivered).position + 3
    new = _forged(copy, place, "case_officer")
    moved = [one._replace(position=one.position + (one.position >= place)) for one in copy.facts()]
    copy.write([*moved, new])
    return at(new)


def insert_tail(copy: AttackedCopy) -> list[Place]:
    new = _forged(copy, len(copy.facts()) + 1, "signer")
    copy.write([*copy.facts(), new])
    return at(new)


def swap(copy: AttackedCopy) -> list[Place]:
    one, two = [row for row in copy.facts() if row.topic == "person.registered/1"][10:12]
    copy.put(one._replace(state=two.state))
    copy.put(two._replace(state=one.state))
    return at(one, two)


def reorder(copy: AttackedCopy) -> list[Place]:
    rows = [row for row in copy.facts() if row.topic == "person.registered/1"]
    one, two = rows[10], rows[40]
    copy.edit("UPDATE ledger_facts SET position = -1 WHERE position = ?", one.position)
    copy.edit("UPDATE ledger_facts SET position = ? WHERE position = ?", one.position, two.position)
    copy.edit("UPDATE ledger_facts SET position = ? WHERE position = -1", two.position)
    return at(one, two)


def take_payload(copy: AttackedCopy) -> list[Place]:
    row = [one for one in copy.facts() if one.topic == "person.registered/1"][12]
    copy.put(without_part(row))
    return at(row)


def destroy_key(copy: AttackedCopy) -> list[Place]:
    row = [one for one in copy.facts() if one.topic == "person.registered/1"][12]
    key = next(iter(row.opened().sealed.values()))[:16]
    sql = "UPDATE subject_key SET wrapped = NULL, state = 'shredded' WHERE key_id = ?"
    by_sql(copy.places.keys, (sql, (key,)))
    return [{"key": key.hex()}]


def resurrect(copy: AttackedCopy) -> list[Place]:
    sql = "UPDATE subject_key SET wrapped = ?, state = ?, batch = ? WHERE key_id = ?"
    rows = copy.house.key_rows
    assert rows, "somebody was forgotten"
    by_sql(copy.places.keys, *((sql, row) for row in rows))
    return [{"key": bytes(row[3]).hex()} for row in rows]  # type: ignore[call-overload]


def _status(copy: AttackedCopy) -> str:
    ((generation,),) = fetch(
        copy.places.views,
        "SELECT generation FROM view_generations WHERE view = 'certificate_status'"
        " AND in_force = 1",
    )
    return f"certificate_status_g{generation}"


def view_update(copy: AttackedCopy) -> list[Place]:
    key = str(copy.house.recalled)
    sql = f"UPDATE {_status(copy)} SET stage = 'active' WHERE certificate = ?"  # noqa: S608
    by_sql(copy.places.views, (sql, (key,)))
    return [{"view": "certificate_status", "key": key, "column": "stage"}]


def view_insert(copy: AttackedCopy) -> list[Place]:
    table, key = _status(copy), str(UUID(int=9))
    (row,) = fetch(copy.places.views, f"SELECT * FROM {table} WHERE certificate = ?",  # noqa: S608
                   [str(copy.house.delivered)])  # fmt: skip
    marks = ", ".join("?" * len(row))
    by_sql(copy.places.views, (f"INSERT INTO {table} VALUES ({marks})", (key, *row[1:])))  # noqa: S608
    return [{"view": "certificate_status", "key": key}]


def view_delete(copy: AttackedCopy) -> list[Place]:
    key = str(copy.house.recalled)
    by_sql(copy.places.views, (f"DELETE FROM {_status(copy)} WHERE certificate = ?", (key,)))  # noqa: S608
    return [{"view": "certificate_status", "key": key}]


def view_position(copy: AttackedCopy) -> list[Place]:
    sql = "UPDATE view_generations SET position = position + 1000 WHERE view = 'certificate_status'"
    by_sql(copy.places.views, (sql, ()))
    return [{"view": "certificate_status"}]


def edit_entry(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.issued/1")
    copy.put(row._replace(entry=row.entry[:5] + bytes(28) + row.entry[33:]))
    return at(row)


def edit_tile(copy: AttackedCopy) -> list[Place]:
    by_sql(copy.places.log, ("UPDATE log_tile SET data = ? WHERE level = 0 AND number = 0",
                             (bytes(32 * 256),)))  # fmt: skip
    return [{"level": 0, "tile": 0}]


def _edit_note(copy: AttackedCopy, change: Callable[[bytes], bytes]) -> list[Place]:
    head = copy.house.heads[1]
    by_sql(copy.places.log, ("UPDATE log_checkpoint SET note = ? WHERE size = ?",
                             (change(head.note), head.size)))  # fmt: skip
    return [{"size": head.size}]


def edit_head(copy: AttackedCopy) -> list[Place]:
    size = copy.house.heads[1].size
    return _edit_note(copy, lambda note: note.replace(b"\n%d\n" % size, b"\n%d\n" % (size + 1)))


def take_cosignatures(copy: AttackedCopy) -> list[Place]:
    return _edit_note(copy, lambda note: b"\n".join(note.split(b"\n")[:-5]) + b"\n")


def logged_backdated(copy: AttackedCopy) -> list[Place]:
    new = _forged(copy, len(copy.facts()) + 1, "signer")
    copy.write([*copy.facts(), new])
    copy.at += timedelta(seconds=60)
    copy.log_lawfully(copy.at)
    return at(new)


def logged_wrong_officer(copy: AttackedCopy) -> list[Place]:
    later = int((copy.at - _time(copy)) / timedelta(microseconds=1))
    new = _forged(copy, len(copy.facts()) + 1, "case_officer", later)
    copy.write([*copy.facts(), new])
    copy.at += timedelta(seconds=60)
    copy.log_lawfully(copy.at)
    return at(new)


def _time(copy: AttackedCopy) -> Any:
    last = the(copy, "certificate.issued/1", copy.house.delivered)
    micros = last.opened().envelope.recorded_at
    return copy.at.fromtimestamp(0, copy.at.tzinfo) + timedelta(microseconds=micros)


def stale_head(copy: AttackedCopy) -> list[Place]:
    old = copy.house.heads[-2].size
    by_sql(copy.places.log, ("DELETE FROM log_checkpoint WHERE size > ?", (old,)))
    copy.at += timedelta(days=2)
    return [{"size": old}]


def change_type(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.issued/1")
    if not copy.is_file:
        copy.edit("ALTER TABLE ledger_facts ALTER COLUMN state TYPE text USING encode(state,'hex')")
        return [{"column": "state"}]
    _without_types(copy)
    copy.edit("UPDATE ledger_facts SET state = 'a text' WHERE position = ?", row.position)
    return [{"position": row.position, "column": "state"}]


def null_state(copy: AttackedCopy) -> list[Place]:
    row = the(copy, "certificate.issued/1")
    if copy.is_file:
        _without_types(copy)
    else:
        copy.edit("ALTER TABLE ledger_facts ALTER COLUMN state DROP NOT NULL")
    copy.edit("UPDATE ledger_facts SET state = NULL WHERE position = ?", row.position)
    return [{"position": row.position, "column": "state"}]


def _without_types(copy: AttackedCopy) -> None:
    copy.edit("ALTER TABLE ledger_facts RENAME TO former")
    copy.edit("CREATE TABLE ledger_facts AS SELECT * FROM former")
    copy.edit("DROP TABLE former")


@dataclass(frozen=True)
class Case:
    """One attack, and the classes of checks that must fire at each level."""

    number: str
    attack: Attack
    one: str
    two: str | None = None
    """None where the attack means nothing new at levels 2 and 3; empty: it repairs itself."""
    three: str | None = None
    past: bool = field(default=False)
    """It rewrites what the auditor saw: at level 2 its memory names the 256 entries."""

    def expected(self, level: int) -> set[str] | None:
        """Return the classes, None where there is no such level."""
        said = (self.one, self.two, self.three)[level - 1]
        return None if said is None else set(said.split())


CASES = (
    Case("A01", payload, "C1", "C2 C4", "C3 C4", past=True),
    Case("A02", backdate, "C1 C5", "C5 C2 C4", "C5 C3 C4", past=True),
    Case("A03", actor, "C1", "C2 C4", "C3 C4", past=True),
    Case("A04", topic, "C1 C7", "C2 C4 C8", "C3 C4", past=True),
    Case("A05", stream, "C1", "C2 C4 C8", "C3 C4", past=True),
    Case("A06", delete_middle, "C5", "C5 C2 C4", "C5 C3 C4", past=True),
    Case("A07", delete_last, "C5 C7", "C2 C4", "C3 C4", past=True),
    Case("A08", delete_tail, "C2 C4 C7 C6", "C4 C6", "C3 C4 C6"),
    Case("A09", insert_middle, "C2 C7 C10", "C10 C2 C4 C8", "C10 C3 C4", past=True),
    Case("A10", insert_tail, "C5 C9", "C5", "C5 C3"),
    Case("A11", swap, "C1", "C2 C4", "C3 C4", past=True),
    Case("A12", reorder, "C2 C5", "C5 C2 C4", "C5 C3 C4", past=True),
    Case("A13", take_payload, "C6", "C6", "C6 C3", past=True),
    Case("A13-null", null_state, "C1"),
    Case("A14", destroy_key, "C6", "C6", "C6 C3"),
    Case("A15", roll_back, "C4 C7 C6", "C4 C6", "C3 C4 C6"),
    Case("A16", view_update, "C7", "C7", "C7 C3"),
    Case("A17", view_insert, "C7", "C7", "C7 C3"),
    Case("A18", view_delete, "C7", "C7", "C7 C3"),
    Case("A19", view_position, "C7", "C7", "C7 C3"),
    Case("A20", edit_entry, "C1 C2", "", "C3"),
    Case("A21", edit_tile, "C2", "", "C3"),
    Case("A22", edit_head, "C3", "C3", "C3"),
    Case("A23", take_cosignatures, "C3", "C3", "C3"),
    Case("A25", logged_backdated, "C5"),
    Case("A26", logged_wrong_officer, "C10"),
    Case("A27", stale_head, "C9"),
    Case("A28", resurrect, "C6", "C6", "C6 C3"),
    Case("A29", change_type, "C1"),
)
