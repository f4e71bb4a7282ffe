"""A facility's quality figures as JSON."""

from msgspec import Struct, to_builtins

from projections.quality_figures import Quality
from verify_api.verdict_json import Json


class RuleFigure(Struct):
    """How often one rule was not met."""

    rule: str
    times: int


class QualityFigures(Struct):
    """The sums of one month, the shares made of them, and the score.

    A share of nothing is null. The score is 100 less 50 times the share of visits with errors, 10
    with warnings alone, 20 that came late, 5 that were corrected, 15 of books opened twice.
    """

    facility: str
    month: str
    """Empty where several were added up."""
    score: int | None
    visits: int
    assessed: int
    errors: int
    warnings: int
    late: int
    corrected: int
    voided: int
    books: int
    doubled: int
    error_share: float | None
    warning_share: float | None
    late_share: float | None
    corrected_share: float | None
    doubled_share: float | None
    rules: list[RuleFigure]
    """The rules that were most often not met."""


class FacilityQuality(Struct):
    """A facility's months, in order."""

    months: list[QualityFigures]


def quality_figures(quality: Quality) -> QualityFigures:
    """Return the figures of one month."""
    sums = quality.sums
    return QualityFigures(
        facility=sums.facility,
        month=sums.month,
        score=quality.score,
        visits=sums.visits,
        assessed=sums.assessed,
        errors=sums.errors,
        warnings=sums.warnings,
        late=sums.late,
        corrected=sums.corrected,
        voided=sums.voided,
        books=sums.books,
        doubled=sums.doubled,
        error_share=quality.error_share,
        warning_share=quality.warning_share,
        late_share=quality.late_share,
        corrected_share=quality.corrected_share,
        doubled_share=quality.doubled_share,
        rules=[RuleFigure(one.rule, one.times) for one in quality.rules],
    )


def quality_json(quality: Quality) -> Json:
    """Return the figures of one month as JSON values."""
    told: Json = to_builtins(quality_figures(quality))
    return told
