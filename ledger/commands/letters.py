"""Letters to applicants: drawn and signed once, then the same bytes for everybody."""

from collections.abc import Callable
from uuid import UUID

from ledger.commands.loading import until_settled
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore, RecordedFact
from ledger.personal import Erased
from ledger.records import letter
from ledger.records.letter import LetterKept


def kept(facts: FactStore, request: UUID, number: int) -> RecordedFact | None:
    """Return the letter that tells of a request's fact; None if it was not drawn yet."""
    return next(iter(facts.history(letter.letter_stream(request, number)).recorded), None)


def keep(
    facts: FactStore,
    *,
    request: UUID,
    number: int,
    subject: UUID,
    draw: Callable[[], bytes],
    act: Act,
) -> bytes:
    """Return a letter; drawn and kept the first time it is asked for.

    Args:
        facts: The ledger.
        request: The request's stream.
        number: Version of the fact that the letter tells of.
        subject: Whom it is about: it is sealed for them, and forgotten with them.
        draw: Draws and signs the document.
        act: Who keeps it.

    Raises:
        RefusedError: ``letter_erased``.
    """
    stream = letter.letter_stream(request, number)

    def attempt() -> bytes:
        history = facts.history(stream)
        for fact in history.facts:
            assert isinstance(fact, LetterKept), "a letter's stream has one fact"
            return _readable(fact)
        document = draw()
        facts.append(act, history.then(letter.keep(request, number, document), subject=subject))
        return document

    return until_settled(attempt)


def _readable(fact: LetterKept) -> bytes:
    if isinstance(fact.document, Erased):
        raise RefusedError("letter_erased", "this letter has been erased with its person")
    return fact.document
