"""Looking for persons who are known twice: compare all, show two side by side, judge them.

A run opens everybody's identity in memory and leaves facts of that before and after it. What it
found are pseudonyms; only whom a steward looks at is shown to anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from ledger.cleaning.comparing import Comparison, Level, compare
from ledger.cleaning.likelihood import DEFAULT_THRESHOLD
from ledger.cleaning.matching import Linked, Matcher
from ledger.cleaning.traits import Described, Traits, traits_of
from ledger.commands.access import record_access
from ledger.commands.books import load_book
from ledger.commands.identities import (
    Identities,
    OfProvince,
    identities_in,
    identities_of,
    identity_of,
)
from ledger.commands.loading import Loaded, until_settled
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act, Change, FactStore, Receipt
from ledger.identifiers import cleaning_pair_stream, system_stream
from ledger.records import cleaning
from ledger.records.access import Channel, RecordKind
from ledger.records.cleaning import (
    SURE,
    Grade,
    Judgement,
    Pair,
    PairProposed,
    ProvinceRunBegun,
    RunBegun,
    RunEnded,
    RunFact,
)
from ledger.records.health_book import book
from ledger.records.health_book.book import HealthBook, Named

PURPOSE: Final = "tell_persons_apart"
"""Why a steward looks at two persons."""
LEAST_THRESHOLD: Final = 0.5
"""Below, a proposal is more often wrong than right."""
_FITS: Final = frozenset({
    Level.SAME, Level.UNMARKED, Level.AS_FAR_AS_SAID, Level.NOT_SAID,
})  # fmt: skip


def propose(
    facts: FactStore,
    matcher: Matcher,
    *,
    run: UUID,
    act: Act,
    threshold: float = DEFAULT_THRESHOLD,
    part: OfProvince | None = None,
) -> RunEnded:
    """Compare everybody who is known, and propose the pairs that may be one person.

    Of a province, those whom one of its organisations has told of; who is known twice in two
    provinces is found by a run over all.

    Args:
        facts: The ledger, with personal data open.
        matcher: Finds the pairs.
        run: A new random identifier of this run.
        act: Who has it done, when.
        threshold: Probability from which on a pair is proposed.
        part: One province, if not everybody.

    Raises:
        InvalidInputError: The threshold is below a half, or one or more.
        RefusedError: ``comparison_failed``: there is too little memory.
    """
    if not LEAST_THRESHOLD <= threshold < 1:
        raise InvalidInputError("threshold", "threshold", f"{LEAST_THRESHOLD} to below 1")
    least = round(threshold * SURE)
    if part is None:
        begin(facts, RunBegun(run, matcher.method, least), act)
        known = identities_of(facts)
    else:
        begin(facts, ProvinceRunBegun(run, matcher.method, least, part.province), act)
        known = identities_in(part)
    described = [one for identity in known.by_subject.values() for one in identity.described]
    traits = [traits_of(one) for one in described]
    linked = matcher.link(traits, least=threshold)
    found = _proposals(known, traits, linked, matcher.method)
    proposed = sum(_propose(facts, proposal, act) for proposal in found)
    persons = sum(bool(identity.described) for identity in known.by_subject.values())
    ended = RunEnded(run, persons, len(described), len(found), proposed, linked.left_out)
    end(facts, ended, act)
    return ended


def _proposals(
    known: Identities, traits: list[Traits], linked: Linked, method: str
) -> list[PairProposed]:
    """Return the pairs of persons, the likeliest first; a person may have many descriptions."""
    best: dict[tuple[UUID, UUID], tuple[float, Grade]] = {}
    for pair in linked.pairs:
        one, other = sorted((traits[pair.one].subject, traits[pair.other].subject))
        grade = Comparison(pair.levels).grade
        likelihood, known_grade = best.get((one, other), (0.0, Grade.LIKELY))
        surer = Grade.CERTAIN if Grade.CERTAIN in {grade, known_grade} else Grade.LIKELY
        best[one, other] = max(likelihood, pair.probability), surer
    found = [
        PairProposed(
            one=one,
            other=other,
            one_as_of=known.by_subject[one].as_of,
            other_as_of=known.by_subject[other].as_of,
            method=method,
            likelihood=max(1, int(likelihood * SURE)),
            grade=grade,
        )
        for (one, other), (likelihood, grade) in best.items()
        if known.whole_of(one) != known.whole_of(other)
    ]
    return sorted(found, key=lambda pair: (-pair.likelihood, pair.one, pair.other))


def _propose(facts: FactStore, proposal: PairProposed, act: Act) -> bool:
    """Propose one pair; return whether that is new."""
    stream = cleaning_pair_stream(proposal.one, proposal.other)

    def attempt() -> bool:
        history = facts.history(stream)
        state = cleaning.fold(cast("tuple[cleaning.Fact, ...]", history.facts))
        decided = cleaning.propose(state, proposal=proposal)
        if decided:
            facts.append(act, history.then(*decided))
        return bool(decided)

    return until_settled(attempt)


def begin(facts: FactStore, begun: RunBegun, act: Act) -> None:
    """Record that everybody's identity is about to be opened, before it is."""
    _tell(facts, begun, act)


def end(facts: FactStore, ended: RunEnded, act: Act) -> None:
    """Record what a run found."""
    _tell(facts, ended, act)


def _tell(facts: FactStore, fact: RunFact, act: Act) -> None:
    def attempt() -> None:
        facts.append(act, facts.tip(system_stream("cleaning")).then(fact))

    until_settled(attempt)


def load_pair(facts: FactStore, pair: UUID) -> Loaded[Pair]:
    """Return a pair.

    Raises:
        NotFoundError: It was never proposed.
    """
    history = facts.history(pair)
    # The stream is named by whoever asks: it may be one of something else.
    ours = tuple(fact for fact in history.facts if isinstance(fact, cleaning.Fact))
    if not ours:
        raise NotFoundError("no pair is known under this reference")
    state = cleaning.fold(ours)
    assert state is not None, "a pair has a proposal"
    return Loaded(history, state)


@dataclass(frozen=True, slots=True)
class Compared:
    """One description of each of two persons, and how far they agree."""

    one: Described
    other: Described
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two persons next to each other, as far as they can still be read."""

    pair: UUID
    state: Pair
    compared: tuple[Compared, ...]
    """Every description of one with every one of the other, those that agree most first."""


def side_by_side(facts: FactStore, *, pair: UUID) -> SideBySide:
    """Return two persons next to each other; whoever shows them records that first.

    Raises:
        NotFoundError: The pair was never proposed.
    """
    state = load_pair(facts, pair).state
    ones = identity_of(facts, state.proposed.one).described
    others = identity_of(facts, state.proposed.other).described
    compared = [
        Compared(one, other, compare(traits_of(one), traits_of(other)))
        for one in ones
        for other in others
    ]
    return SideBySide(pair, state, tuple(sorted(compared, key=_differences)))


def _differences(compared: Compared) -> int:
    return sum(level not in _FITS for level in compared.comparison.levels.values())


def look(facts: FactStore, *, pair: UUID, act: Act, channel: Channel) -> SideBySide:
    """Return two persons next to each other, after recording the look for both of them.

    Raises:
        NotFoundError: The pair was never proposed.
        RefusedError: The act names no legal basis.
    """
    state = load_pair(facts, pair).state
    for subject in (state.proposed.one, state.proposed.other):
        record_access(
            facts, subject=subject, kind=RecordKind.PERSON, purpose=PURPOSE, channel=channel,
            act=act,
        )  # fmt: skip
    return side_by_side(facts, pair=pair)


def judge(facts: FactStore, *, pair: UUID, judgement: Judgement, reason: str, act: Act) -> Receipt:
    """Record what a steward found, and link or part the two health books in the same append.

    Two who are the same read as one book from now on; two who were taken for one and are not, as
    two again. Where only one of them has a book there is nothing to link: the next run finds them
    anew once there is.

    Raises:
        NotFoundError: The pair was never proposed.
        InvalidInputError: The reason is blank or too long.
        RefusedError: ``already_judged``, or the books cannot be linked: `book.link` says why.
    """

    def attempt() -> Receipt:
        found = load_pair(facts, pair)
        judged = cleaning.judge(found.state, judgement=judgement, reason=reason)
        one, other = found.state.proposed.one, found.state.proposed.other
        books = _books(facts, one, other, same=judgement is Judgement.SAME, reason=reason)
        return facts.append(act, found.history.then(judged, subject=one), *books)

    return until_settled(attempt)


def _books(
    facts: FactStore, one: UUID, other: UUID, *, same: bool, reason: str
) -> Iterable[Change]:
    of_one, of_other = load_book(facts, one), load_book(facts, other)
    if not (of_one.state.is_open and of_other.state.is_open):
        return ()
    linked = of_one.state.into == other or of_other.state.into == one
    if linked is same:
        return ()
    part, whole = (one, other) if _reads_through(of_one, of_other, other) else (other, one)
    of = {one: of_one, other: of_other}
    named = Named(part, of[part].state), Named(whole, of[whole].state)
    decide = book.link if same else book.unlink
    for_part, for_whole = decide(*named, reason=reason)
    return (
        of[part].history.then(for_part, subject=part),
        of[whole].history.then(for_whole, subject=whole),
    )


def _reads_through(one: Loaded[HealthBook], other: Loaded[HealthBook], other_is: UUID) -> bool:
    """Return whether ``one`` is, or is to be, the part: one that has parts or is older is not."""
    if one.state.into == other_is:
        return True
    if bool(one.state.joined) != bool(other.state.joined):
        return bool(other.state.joined)
    return one.history.recorded[0].position > other.history.recorded[0].position
