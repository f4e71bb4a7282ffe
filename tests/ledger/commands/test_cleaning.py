from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.cleaning.comparing import Level, Trait
from ledger.commands import books, cleaning, identities, people
from ledger.commands.access import who_looked
from ledger.commands.identities import OfProvince
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, History
from ledger.identifiers import NumberKind, cleaning_pair_stream, health_book_stream, system_stream
from ledger.linkage import METHOD, SplinkMatcher
from ledger.personal import Erased
from ledger.personal_details import ContactDetails
from ledger.records.access import Channel
from ledger.records.cleaning import Grade, Judgement, ProvinceRunBegun, RunBegun, RunEnded
from ledger.records.health_book.facts import BookOpened, IdentityAsserted
from ledger.records.person import PersonRegistered
from ledger.store.registry import FACT_TYPES
from tests_support.known_twice import (
    ASSERTED,
    NAME,
    NUMBER,
    REGISTERED,
    STRANGER,
    ToldMatcher,
    act,
    asserted,
    details,
    fill,
    tell,
)
from tests_support.memory_facts import MemoryFacts

PAIR = cleaning_pair_stream(REGISTERED, ASSERTED)
RUN = UUID(int=0x123)
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}


class Numbers:
    """Leads nowhere, and keeps what it is told."""

    def find(self, number: str, *, kind: NumberKind) -> UUID | None:
        return None

    def remember(self, number: str, subject: UUID, **_: object) -> None:
        return None


class ManyFacts(MemoryFacts):
    """Says whose identities were opened."""

    def __init__(self) -> None:
        super().__init__(TOPICS)
        self.opened: list[UUID] = []

    def histories(self, stream_ids: Sequence[UUID]) -> dict[UUID, History]:
        """Return many streams."""
        self.opened += stream_ids
        return {one: self.history(one) for one in stream_ids}


@pytest.fixture
def facts() -> ManyFacts:
    made = ManyFacts()
    fill(made)
    return made


def propose(facts: MemoryFacts, matcher: ToldMatcher | None = None, *, run: UUID = RUN) -> RunEnded:
    return cleaning.propose(facts, matcher or ToldMatcher(), run=run, act=act())


def judge(facts: ManyFacts, judgement: Judgement, minutes: int = 1) -> None:
    cleaning.judge(facts, pair=PAIR, judgement=judgement, reason="Đã xem hai bên",
                   act=act(minutes))  # fmt: skip


def test_a_run_says_before_and_after_what_it_does(facts: ManyFacts) -> None:
    ended = propose(facts)
    told = facts.history(system_stream("cleaning")).facts
    assert told == (RunBegun(RUN, "told-1", 9900), ended)
    assert ended == RunEnded(RUN, persons=3, descriptions=3, found=1, proposed=1, left_out=3)


def told_by(facts: ManyFacts, organisation: str, subject: UUID, **other: object) -> None:
    """Let a facility of some province say who somebody is."""
    history = facts.history(health_book_stream(subject))
    said = IdentityAsserted(asserted(**other))
    facts.append(replace(act(), organisation=organisation), history.then(said, subject=subject))


def of_province(facts: ManyFacts, province: str) -> RunEnded:
    part = OfProvince(province, facts, facts, {"79A02": "79", "01B03": "01"}.get)
    return cleaning.propose(facts, ToldMatcher(), run=RUN, act=act(), part=part)


def test_a_run_over_a_province_opens_whom_its_facilities_know(facts: ManyFacts) -> None:
    for number, organisation in ((0xD1, "79A02"), (0xD2, "79A02"), (0xD3, "01B03")):
        told_by(facts, organisation, UUID(int=number), name="LÊ VĂN MẪU")
    facts.opened.clear()
    ended = of_province(facts, "79")
    assert (ended.persons, ended.descriptions, ended.proposed) == (2, 2, 1)
    assert set(facts.opened) == {
        stream
        for number in (0xD1, 0xD2)
        for stream in (UUID(int=number), health_book_stream(UUID(int=number)))
    }
    begun, _ = facts.history(system_stream("cleaning")).facts
    assert begun == ProvinceRunBegun(RUN, "told-1", 9900, "79")
    assert of_province(facts, "48").persons == 0


def test_of_a_person_of_a_province_every_description_counts(facts: ManyFacts) -> None:
    told_by(facts, "79A02", REGISTERED, name="NGUYỄN THỊ KHÁC")
    ended = of_province(facts, "79")
    assert (ended.persons, ended.descriptions) == (1, 2)


def test_nobodys_data_are_opened_before_the_run_is_on_record(facts: ManyFacts) -> None:
    class Dead(MemoryFacts):
        @override
        def append(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise OSError

        @override
        def read(self, **_: object) -> None:  # type: ignore[override]
            raise AssertionError("opened")

    with pytest.raises(OSError):  # noqa: PT011  the fake's own
        propose(Dead(TOPICS, facts.recorded))


def test_a_pair_is_proposed_under_pseudonyms_with_what_was_known(facts: ManyFacts) -> None:
    propose(facts)
    proposed = cleaning.load_pair(facts, PAIR).state.proposed
    assert (proposed.one, proposed.other) == (REGISTERED, ASSERTED)
    assert (proposed.one_as_of, proposed.other_as_of) == (1, 3)
    assert (proposed.method, proposed.likelihood) == ("told-1", 9950)
    assert proposed.grade is Grade.LIKELY


def test_a_second_run_proposes_nothing_until_more_is_known(facts: ManyFacts) -> None:
    propose(facts)
    assert propose(facts).proposed == 0
    judge(facts, Judgement.DIFFERENT)
    assert propose(facts).proposed == 0
    tell(facts, ASSERTED, asserted(name="Nguyen Thi Mau Anh", birth="1990"))
    again = propose(facts)
    assert (again.descriptions, again.found, again.proposed) == (4, 1, 1)


def test_of_many_descriptions_the_likeliest_counts(facts: ManyFacts) -> None:
    tell(facts, ASSERTED, asserted(name=NAME, numbers=()))
    assert propose(facts).proposed == 1
    shown = cleaning.side_by_side(facts, pair=PAIR)
    assert len(shown.compared) == 2
    assert shown.compared[0].other.name == NAME


def test_who_shares_a_number_and_fits_is_certain(facts: ManyFacts) -> None:
    same = asserted(numbers=(*asserted().numbers[:0], replace(asserted().numbers[0], value=NUMBER)))
    tell(facts, ASSERTED, same)
    propose(facts)
    assert cleaning.load_pair(facts, PAIR).state.proposed.grade is Grade.CERTAIN


@pytest.mark.parametrize("threshold", [0.0, 0.49, 1.0, 2.0, -1.0])
def test_a_threshold_is_a_share_that_makes_sense(facts: ManyFacts, threshold: float) -> None:
    head = facts.head()
    with pytest.raises(InvalidInputError):
        cleaning.propose(facts, ToldMatcher(), run=RUN, act=act(), threshold=threshold)
    assert facts.head() == head


def test_two_are_shown_after_both_can_see_that_somebody_looked(facts: ManyFacts) -> None:
    propose(facts)
    shown = cleaning.look(facts, pair=PAIR, act=act(5), channel=Channel.SHELL)
    levels = shown.compared[0].comparison.levels
    assert levels[Trait.NAME] is Level.UNMARKED
    assert levels[Trait.PERSONAL_NUMBER] is Level.ONE_SLIP
    for subject in (REGISTERED, ASSERTED):
        (look,) = who_looked(facts, subject=subject)
        assert look.act.actor == act().actor
    assert not who_looked(facts, subject=STRANGER)


def test_nobody_looks_without_a_legal_basis(facts: ManyFacts) -> None:
    propose(facts)
    with pytest.raises(RefusedError):
        cleaning.look(
            facts, pair=PAIR, act=Act(act().at, "a", "data_steward"), channel=Channel.SHELL
        )


def test_a_run_shows_nobody(facts: ManyFacts) -> None:
    propose(facts)
    assert not who_looked(facts, subject=REGISTERED)


@pytest.mark.parametrize("stream", [UUID(int=5), REGISTERED, health_book_stream(ASSERTED)])
def test_what_is_no_pair_is_not_found(facts: ManyFacts, stream: UUID) -> None:
    with pytest.raises(NotFoundError):
        cleaning.side_by_side(facts, pair=stream)


def open_book(facts: ManyFacts) -> None:
    books.open_book(facts, subject=REGISTERED, act=act())


def test_two_who_are_one_read_as_one_book_and_as_two_again(facts: ManyFacts) -> None:
    open_book(facts)
    propose(facts)
    judge(facts, Judgement.SAME)
    both = (REGISTERED, ASSERTED)
    assert books.subjects_of(facts, REGISTERED) == books.subjects_of(facts, ASSERTED) == both
    assert books.load_book(facts, REGISTERED).state.into == ASSERTED, "the older book is the whole"
    assert propose(facts).found == 0
    judge(facts, Judgement.DIFFERENT, 2)
    assert books.subjects_of(facts, REGISTERED) == (REGISTERED,)
    assert books.subjects_of(facts, ASSERTED) == (ASSERTED,)


def test_judgement_and_link_are_one_append(facts: ManyFacts) -> None:
    open_book(facts)
    propose(facts)
    books.link(facts, part=STRANGER, whole=REGISTERED, reason="mẫu", act=act())
    before = facts.head()
    judge(facts, Judgement.SAME)
    assert facts.head() == before + 3
    assert books.load_book(facts, ASSERTED).state.into == REGISTERED, "one with parts is the whole"


def test_what_cannot_be_linked_is_not_judged_the_same(facts: ManyFacts) -> None:
    open_book(facts)
    propose(facts)
    books.link(facts, part=ASSERTED, whole=STRANGER, reason="mẫu", act=act())
    with pytest.raises(RefusedError) as caught:
        judge(facts, Judgement.SAME)
    assert caught.value.rule == "already_linked"
    assert cleaning.load_pair(facts, PAIR).state.waits


def test_without_two_books_a_judgement_stands_alone(facts: ManyFacts) -> None:
    propose(facts)
    before = facts.head()
    judge(facts, Judgement.SAME)
    assert facts.head() == before + 1


def test_unsure_links_nothing(facts: ManyFacts) -> None:
    open_book(facts)
    propose(facts)
    judge(facts, Judgement.UNSURE)
    assert books.subjects_of(facts, REGISTERED) == (REGISTERED,)


def test_who_was_erased_is_compared_with_nobody() -> None:
    facts = MemoryFacts(TOPICS)
    gone = Erased(bytes(16))
    registered = PersonRegistered(UUID(int=1), gone, gone)
    facts.append(act(), facts.history(REGISTERED).then(registered, subject=REGISTERED))
    history = facts.history(health_book_stream(ASSERTED))
    facts.append(act(), history.then(BookOpened(), IdentityAsserted(gone), subject=ASSERTED))
    ended = propose(facts)
    assert (ended.persons, ended.descriptions) == (0, 0)


def test_numbers_addresses_and_corrections_are_followed(facts: ManyFacts) -> None:
    numbers = Numbers()
    people.add_identifier(facts, numbers, subject=REGISTERED, kind=NumberKind.PASSPORT,
                          number="B0000001", valid_from=act().at.date(), act=act())  # fmt: skip
    people.supersede_identifier(facts, numbers, subject=REGISTERED, kind=NumberKind.PERSONAL,
                                number="000190000077", valid_from=act().at.date(),
                                act=act())  # fmt: skip
    people.change_contact(facts, subject=REGISTERED, contact=ContactDetails(
        phone="0000999999", current_address="Số 9 Đường Mẫu"), act=act())  # fmt: skip
    people.correct_details(
        facts, subject=REGISTERED, details=details("000190000077", "Nguyễn Thị Mẫu Anh"), act=act()
    )
    known = identities.identity_of(facts, REGISTERED)
    (described,) = known.described
    assert described.name == "Nguyễn Thị Mẫu Anh"
    assert described.numbers == (
        ("personal", "000190000077"), ("passport", "B0000001"), ("personal", NUMBER),
    )  # fmt: skip
    assert (described.phone, described.address) == ("0000999999", "Số 9 Đường Mẫu")
    everybody = identities.identities_of(facts)
    assert everybody.by_subject[REGISTERED] == known
    assert known.as_of == facts.head()


def test_a_real_matcher_finds_the_person_who_is_known_twice(facts: ManyFacts) -> None:
    ended = cleaning.propose(facts, SplinkMatcher(), run=RUN, act=act())
    assert (ended.found, ended.proposed) == (1, 1)
    assert cleaning.load_pair(facts, PAIR).state.proposed.method == METHOD
