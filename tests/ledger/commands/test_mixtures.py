from uuid import UUID

import pytest

from ledger.cleaning.comparing import Trait
from ledger.commands.access import who_looked
from ledger.commands.mixtures import METHOD, Mixed, find_mixed, look_at_mixed
from ledger.errors import NotFoundError, RefusedError
from ledger.facts import Act
from ledger.identifiers import system_stream
from ledger.records.access import Channel
from ledger.records.cleaning import RunBegun, RunEnded
from ledger.store.registry import FACT_TYPES
from tests_support.known_twice import ASSERTED, REGISTERED, STRANGER, act, asserted, fill, tell
from tests_support.memory_facts import MemoryFacts

RUN = UUID(int=0x321)
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}


@pytest.fixture
def facts() -> MemoryFacts:
    made = MemoryFacts(TOPICS)
    fill(made)
    return made


def test_two_people_under_one_number_are_found(facts: MemoryFacts) -> None:
    tell(facts, REGISTERED, asserted(name="Trần Văn Mẫu", birth="1971-05-20", sex=1))
    tell(facts, STRANGER, asserted(name="Lê Thị Mẫu Hoa", birth="1950", sex=1))
    assert find_mixed(facts, run=RUN, act=act()) == (
        Mixed(REGISTERED, 2, (Trait.NAME, Trait.BIRTH, Trait.SEX)),
        Mixed(STRANGER, 2, (Trait.NAME, Trait.BIRTH)),
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Nguyễn Thị Mẫu Ánh", "sex": 1},
        {"name": "Nguyễn Thị Mãu Ánhh", "birth": "1990-01-02"},
        {"name": "Bà Ánh"},
        {"birth": "1990"},
        {"birth": None, "sex": None},
    ],
)
def test_a_mistake_alone_is_not_another_person(
    facts: MemoryFacts, typed: dict[str, object]
) -> None:
    tell(facts, ASSERTED, asserted(**typed))
    assert find_mixed(facts, run=RUN, act=act()) == ()


def test_looking_for_them_is_on_record_and_shows_nobody(facts: MemoryFacts) -> None:
    find_mixed(facts, run=RUN, act=act())
    assert facts.history(system_stream("cleaning")).facts == (
        RunBegun(RUN, METHOD, 0), RunEnded(RUN, 3, 3, 0, 0, 0),
    )  # fmt: skip
    assert not who_looked(facts, subject=ASSERTED)


def test_descriptions_are_shown_after_the_person_can_see_it(facts: MemoryFacts) -> None:
    tell(facts, ASSERTED, asserted(name="Trần Văn Mẫu", birth="1971-05-20", sex=1))
    (shown,) = look_at_mixed(facts, subject=ASSERTED, act=act(), channel=Channel.SHELL)
    assert (shown.one.sex, shown.other.sex) == (2, 1)
    assert len(who_looked(facts, subject=ASSERTED)) == 1


def test_who_has_one_description_or_names_no_law_sees_nothing(facts: MemoryFacts) -> None:
    for subject in (STRANGER, UUID(int=9)):
        with pytest.raises(NotFoundError):
            look_at_mixed(facts, subject=subject, act=act(), channel=Channel.SHELL)
    with pytest.raises(RefusedError):
        look_at_mixed(facts, subject=ASSERTED, act=Act(act().at, "a", "data_steward"),
                      channel=Channel.SHELL)  # fmt: skip
