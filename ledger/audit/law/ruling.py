"""How a law objects: a stable code, what it expected, what it found."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ledger.facts import RecordedFact


class Objection(NamedTuple):
    """One thing that is unlawful in one fact."""

    code: str
    expected: str
    found: str


class UnlawfulError(Exception):
    """A fact that may not follow; nothing can be said of those after it."""

    def __init__(self, code: str, expected: str, found: str) -> None:
        """Carry the objection."""
        super().__init__(code)
        self.objection = Objection(code, expected, found)


Objections = Iterator[Objection]


class Law(Protocol):
    """What is asked of one stream, fact by fact."""

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in.

        Raises:
            UnlawfulError: It may not follow.
        """
        ...
