"""The facilities that may be asked, and the words by which people look for them.

A word stands here without diacritics and case, beside each facility whose name has it: in
Vietnamese and English, its province's name on that day, and its code. One that is suspended, or
goes on under another code, has no words: it is found by nobody, and its row stays.
"""

import re
from typing import Final, NamedTuple, assert_never

from ledger.calendar import local_day
from ledger.facts import RecordedFact
from ledger.identifiers import provinces
from ledger.names import search_key
from ledger.records.facility import (
    FacilityRecoded,
    FacilityRegistered,
    FacilityRenamed,
    FacilityResumed,
    FacilitySuspended,
)
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View

_WORD: Final = re.compile(r"[^\W_]+")


class FacilityRow(NamedTuple):
    """A facility as the register has it; public."""

    facility: str
    """Stream."""
    code: str
    name: str
    name_en: str
    province: str
    province_words: str
    """Its name on the day of the registration."""
    level: int
    suspended: int
    recoded: int

    @property
    def may_be_asked(self) -> bool:
        """Whether it sends and issues under this code."""
        return not (self.suspended or self.recoded)


class WordRow(NamedTuple):
    """A word of a facility, beside all of its words."""

    code: str
    word: str
    words: str
    """All, each behind a space, those of its Vietnamese name first: the order of answers."""


REGISTER: Final = Table("facility_register", FacilityRow, indexes=(("code",),))
WORDS: Final = Table("facility_words", WordRow, keys=2, indexes=(("word", "code"),))


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a name as they are searched, each once: ``Bệnh viện`` → benh, vien."""
    return tuple(dict.fromkeys(_WORD.findall(search_key(text))))


def _registered(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, FacilityRegistered)
    known = provinces(local_day(recorded.act.at))
    row = FacilityRow(
        stream_text(recorded.stream_id), fact.code, fact.name, fact.name_en, fact.province,
        known.get(fact.province, ""), int(fact.level), 0, 0,
    )  # fmt: skip
    _put(rows, None, row)


_Change = FacilityRenamed | FacilityRecoded | FacilitySuspended | FacilityResumed


def _changed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, _Change)
    before = rows.get(REGISTER, (stream_text(recorded.stream_id),), FacilityRow)
    assert before is not None, "a facility's first fact is its registration"
    match fact:
        case FacilityRenamed():
            after = before._replace(name=fact.name, name_en=fact.name_en)
        case FacilityRecoded():
            after = before._replace(recoded=1)
        case FacilitySuspended():
            after = before._replace(suspended=1)
        case FacilityResumed():
            after = before._replace(suspended=0)
        case _:
            assert_never(fact)
    _put(rows, before, after)


def _put(rows: Rows, before: FacilityRow | None, after: FacilityRow) -> None:
    rows.put(REGISTER, after)
    former = {} if before is None else _words(before)
    words = _words(after)
    for word in former.keys() - words.keys():
        rows.remove(WORDS, (after.code, word))
    for row in words.values():
        rows.put(WORDS, row)


def _words(row: FacilityRow) -> dict[str, WordRow]:
    if not row.may_be_asked:
        return {}
    said = f"{row.name} {row.name_en} {row.province_words} {row.code}"
    words = search_words(said)
    together = "".join(f" {word}" for word in words)
    return {word: WordRow(row.code, word, together) for word in words}


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(REGISTER, (stream_text(recorded.stream_id),))]


VIEW: Final = View(
    name="facility_register",
    version=1,
    tables=(REGISTER, WORDS),
    handlers={
        FacilityRegistered: _registered,
        FacilityRenamed: _changed,
        FacilityRecoded: _changed,
        FacilitySuspended: _changed,
        FacilityResumed: _changed,
    },
    touches=_touches,
)
