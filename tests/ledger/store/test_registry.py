"""Every fact of the program: its stored bytes, and what of it stands readable in the database."""

import pytest

from ledger.store.registry import FACT_TYPES
from tests_support.golden_facts import (
    CLEAR_FIELDS,
    STORED_FACTS,
    clear_fields,
    line_of,
    read_line,
    sample_of,
)

TO_WRITE = "python -m tests_support.golden_facts writes it; review the difference"


GOLDEN = STORED_FACTS.read_text().splitlines()


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: line.split(" ")[0])
def test_what_was_once_stored_is_read_today(line: str) -> None:
    topic, stored = read_line(line)
    fact = FACT_TYPES.reader(topic)(stored)
    assert FACT_TYPES.topic_of(fact) == FACT_TYPES.current(topic)


@pytest.mark.parametrize("topic", FACT_TYPES.current_topics)
def test_a_facts_stored_form_does_not_change_under_its_name(topic: str) -> None:
    assert line_of(FACT_TYPES, topic) in GOLDEN, TO_WRITE
    stored = read_line(line_of(FACT_TYPES, topic))[1]
    assert FACT_TYPES.reader(topic)(stored) == sample_of(FACT_TYPES.codec(topic).fact_class)


def test_only_reviewed_fields_are_stored_readable() -> None:
    """What is clear stays clear for ever, also after a person is forgotten."""
    assert clear_fields(FACT_TYPES) == CLEAR_FIELDS.read_text().splitlines(), TO_WRITE
