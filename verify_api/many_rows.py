"""One table for many answers: whose line, the answer in a line, the number, what to do. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger.certificates.kind import Wording
from ledger.errors import StoreUnavailableError
from verify_api.check_many_words import COUNTED, FAULTS, MANY
from verify_api.checking import Checked
from verify_api.line_answers import LineAnswer
from verify_api.number_words import number_words
from verify_api.verdict import OVERALL, Overall, Verdict
from verify_api.wording import STATES

BADGES: Mapping[Overall, str] = {
    Overall.VALID: "good", Overall.NOT_VALID: "bad", Overall.CANNOT_TELL: "unsure",
}  # fmt: skip
"""The shape that an answer is shown with."""


@dataclass(frozen=True, slots=True)
class ManyRow:
    """One line of the table."""

    reference: Wording
    """The checker's own, a file's name, or which line it was."""
    heading: Wording
    next_step: Wording
    badge: str
    verdict: Verdict | None = None

    @property
    def number(self) -> str:
        """The certificate's number; empty unless it is genuine."""
        token = None if self.verdict is None else self.verdict.token
        return "" if token is None else token.number

    @property
    def state(self) -> str:
        """The verdict's state as a code; empty where nothing was checked."""
        return "" if self.verdict is None else self.verdict.state.value


def line_row(answer: LineAnswer) -> ManyRow:
    """Return the row of a pasted line."""
    line = answer.line
    words, name = MANY["line"], line.name
    reference = (
        Wording(f"{words.vi} {line.number}", f"{words.en} {line.number}")
        if name is None
        else Wording(str(name), str(name))
    )
    if answer.verdict is not None:
        return _judged(reference, answer.verdict)
    error = answer.error
    assert error is not None, "a line has a verdict, or why there is none"
    rule = error.code if isinstance(error, StoreUnavailableError) else error.rule
    return fault_row(reference, rule)


def file_rows(name: str, checked: Iterable[Checked]) -> Iterator[ManyRow]:
    """Yield the rows of a file: one for each code in it, or one that says that there is none."""
    for number, one in enumerate(checked, 1):
        text = name if number == 1 else f"{name} ({number})"
        yield _judged(Wording(text, text), one.verdict)


def fault_row(reference: Wording, rule: str) -> ManyRow:
    """Return the row of what was not checked, by the rule or code of why."""
    heading, next_step = FAULTS[rule]
    return ManyRow(reference, heading, next_step, "unsure")


def summary(rows: Iterable[ManyRow], language: str) -> str:
    """Return how many there are of each answer, and of none: ``12 valid, 1 not valid``."""
    counted: dict[Overall | None, int] = dict.fromkeys((*Overall, None), 0)
    for row in rows:
        counted[None if row.verdict is None else row.verdict.overall] += 1
    said = [
        f"{number_words(count, language)} {_called(overall).of(language)}"
        for overall, count in counted.items()
        if count
    ]
    return ", ".join(said)


def _called(overall: Overall | None) -> Wording:
    return MANY["unchecked"] if overall is None else COUNTED[overall]


def _judged(reference: Wording, verdict: Verdict) -> ManyRow:
    words = STATES[verdict.state]
    badge = BADGES[OVERALL[verdict.state]]
    return ManyRow(reference, words.heading, words.next_step, badge, verdict)
