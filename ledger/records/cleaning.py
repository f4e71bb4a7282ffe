"""Looking for persons who are known twice: runs, proposals, judgements. Facts, state, decisions.

A proposal names two pseudonyms and how likely they are one person, and nothing of what made it so:
whoever judges sees the two side by side, and that look is recorded. A pair that was judged is not
proposed again until more is known of one of the two. Positions in the ledger say how much was
known: a hash of names and birth dates could be guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.names import check_text
from ledger.personal import Identity

MAX_REASON: Final = 500
SURE: Final = 10_000
"""Likelihood of what is certain: parts per ten thousand."""


class Grade(StrEnum):
    """How sure a proposal is; a person judges each of them all the same."""

    CERTAIN = "certain"
    """They share a number, and name and birth date fit."""
    LIKELY = "likely"
    """Much fits, and no number proves it: strangers and twins can look like this."""


class Judgement(StrEnum):
    """What a steward found."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    """More has to be known; the pair waits until it is."""


@dataclass(frozen=True, slots=True)
class RunBegun:
    """Everybody's identity is about to be compared, in memory, by a program."""

    run: UUID
    method: str
    """Library with version, and name of the weights."""
    threshold: int
    """From which likelihood on a pair is proposed; parts per ten thousand."""


@dataclass(frozen=True, slots=True)
class ProvinceRunBegun(RunBegun):
    """Those whom an organisation of one province has told of are about to be compared."""

    province: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The comparison is over; figures alone."""

    run: UUID
    persons: int
    descriptions: int
    """A person has one for each source that says something else."""
    found: int
    """Pairs of persons above the threshold."""
    proposed: int
    """Of those, the ones that were not proposed before."""
    left_out: int
    """Blocks that too many share to tell anybody apart."""


@dataclass(frozen=True, slots=True)
class PairProposed:
    """Two pseudonyms may stand for one person."""

    one: UUID
    other: UUID
    """``one`` is the lower."""
    one_as_of: int
    """Position of the last fact that told who ``one`` is."""
    other_as_of: int
    method: str
    likelihood: int
    """Parts per ten thousand."""
    grade: Grade


@dataclass(frozen=True, slots=True)
class PairJudged:
    """A person compared the two."""

    judgement: Judgement
    reason: Identity[str]


Fact: TypeAlias = PairProposed | PairJudged
RunFact: TypeAlias = RunBegun | RunEnded

TOPICS: dict[str, type] = {
    "cleaning.run_begun/1": RunBegun,
    "cleaning.province_run_begun/1": ProvinceRunBegun,
    "cleaning.run_ended/1": RunEnded,
    "cleaning.pair_proposed/1": PairProposed,
    "cleaning.pair_judged/1": PairJudged,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as the facts so far tell."""

    proposed: PairProposed
    """The newest proposal."""
    judgement: Judgement | None = None
    """On the newest proposal, or on the one before while the new one waits."""
    waits: bool = True
    """Whether the newest proposal waits to be judged."""


def evolve(state: Pair | None, fact: Fact) -> Pair:
    """Return the pair after ``fact``."""
    if isinstance(fact, PairProposed):
        return Pair(fact, None if state is None else state.judgement)
    assert state is not None, "a pair's first fact is its proposal"
    match fact:
        case PairJudged():
            return replace(state, judgement=fact.judgement, waits=False)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Pair | None:
    """Return the pair after all ``facts``; None if it was never proposed."""
    state: Pair | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def propose(state: Pair | None, *, proposal: PairProposed) -> tuple[PairProposed, ...]:
    """Return the proposal; nothing, if no more is known of the two than when they were proposed.

    Two who were judged to be one person are not proposed again either.
    """
    assert proposal.one < proposal.other, "a pair has one order"
    if not 0 < proposal.likelihood <= SURE:
        raise InvalidInputError("likelihood", "likelihood", f"1 to {SURE}")
    if state is None:
        return (proposal,)
    if state.judgement is Judgement.SAME and not state.waits:
        return ()
    known = state.proposed.one_as_of, state.proposed.other_as_of
    return () if known == (proposal.one_as_of, proposal.other_as_of) else (proposal,)


def judge(state: Pair, *, judgement: Judgement, reason: str) -> PairJudged:
    """Return the judgement, or refuse the same one twice.

    A judgement may be changed: two who were taken for one are separated again.
    """
    checked = check_text(reason, place="reason", longest=MAX_REASON)
    if not state.waits and state.judgement is judgement:
        raise RefusedError("already_judged", "this pair was judged so already")
    return PairJudged(judgement, checked)
