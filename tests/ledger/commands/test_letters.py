from uuid import UUID

import pytest

from ledger.commands import letters
from ledger.errors import RefusedError
from ledger.facts import Act, Change
from ledger.personal import Erased
from ledger.records import letter
from ledger.records.letter import LetterKept, letter_stream
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import MONDAY, SUBJECT

REQUEST, NUMBER = UUID(int=7), 9
ACT = Act(MONDAY, "paper-desk", "system", "CA01")


def keep(facts: MemoryFacts, document: bytes) -> bytes:
    return letters.keep(
        facts, request=REQUEST, number=NUMBER, subject=SUBJECT, draw=lambda: document, act=ACT
    )


def test_a_letter_is_drawn_once_and_is_the_same_for_everybody_after() -> None:
    facts = MemoryFacts(letter.TOPICS)
    assert keep(facts, b"%PDF-1") == b"%PDF-1"
    assert keep(facts, b"%PDF-2") == b"%PDF-1"
    (one,) = facts.recorded
    assert one.stream_id == letter_stream(REQUEST, NUMBER)
    assert one.fact == letter.keep(REQUEST, NUMBER, b"%PDF-1")
    assert letters.kept(facts, REQUEST, NUMBER) == one
    assert letters.kept(facts, REQUEST, NUMBER + 1) is None


def test_who_is_overtaken_gets_the_letter_that_was_first() -> None:
    facts = MemoryFacts(letter.TOPICS)

    def draw() -> bytes:
        keep(facts, b"%PDF-first")
        return b"%PDF-second"

    made = letters.keep(facts, request=REQUEST, number=NUMBER, subject=SUBJECT, draw=draw, act=ACT)
    assert made == b"%PDF-first"
    assert facts.head() == 1


def test_an_erased_letter_is_not_drawn_anew() -> None:
    facts = MemoryFacts(letter.TOPICS)
    gone = LetterKept(REQUEST, NUMBER, bytes(32), Erased(bytes(16)))
    facts.append(ACT, Change(letter_stream(REQUEST, NUMBER), 0, (gone,), SUBJECT))
    with pytest.raises(RefusedError) as refused:
        keep(facts, b"%PDF-2")
    assert refused.value.rule == "letter_erased"
