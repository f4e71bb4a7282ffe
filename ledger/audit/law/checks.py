"""A check stands alone in its stream: what was answered is never said a second time."""

from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.facts import RecordedFact


class CheckLaw:
    """One fact a check, by somebody of an organisation."""

    def __init__(self) -> None:
        """Nothing was answered yet."""
        self._answered = False

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        if self._answered:
            raise UnlawfulError("C10.order", "one answer of a check", "a second one")
        self._answered = True
        if recorded.act.organisation is None:
            yield Objection("C10.role", "somebody of an organisation", "of none")
