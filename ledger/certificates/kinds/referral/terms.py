"""How long a referral holds: the rule in force on the day of its signing.

    ten working days from signing; the day of signing is not counted
    one year for the diseases of a list; a year that ends on a rest day ends with the next
    working day (Civil Code 2015, article 148.5)

What counts is the day on which the facility presents it: a paper that runs out while the patient
is treated serves to the end of that treatment, which `ledger.records.referral` sees to.
Source: Circular 01/2025/TT-BYT, article 12; before it Circular 40/2015/TT-BYT, article 12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.calendar import WorkingCalendar, add_years, end_of_day, local_day
from ledger.certificates.kind import ProofTerm
from ledger.certificates.kinds.referral.diseases import ONE_YEAR, lists_on
from ledger.errors import RefusedError

WORKING_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class TermRule:
    """The terms of papers signed from one day on until another."""

    code: str
    """Stable; kept with every paper that it set the term of."""
    source: str
    effective_from: date
    effective_until: date | None
    """The first day on which it no longer holds."""
    to_end_of_year: bool = False
    """True if a listed disease's paper holds until 31 December and not for a year."""

    def holds_on(self, day: date) -> bool:
        """Tell whether a paper signed on ``day`` falls under it."""
        until = self.effective_until
        return self.effective_from <= day and (until is None or day < until)


RULES: Final = (
    # Unverified at the source: kept for papers that are older than the circular in force.
    TermRule("40-2015", "40/2015/TT-BYT, article 12", date(2016, 1, 1), date(2025, 1, 1),
             to_end_of_year=True),
    TermRule("01-2025", "01/2025/TT-BYT, article 12", date(2025, 1, 1), None),
)  # fmt: skip


def rule_on(day: date) -> TermRule:
    """Return the rule for a paper signed on ``day``.

    Raises:
        RefusedError: ``no_rule_in_force``.
    """
    for rule in RULES:
        if rule.holds_on(day):
            return rule
    raise RefusedError("no_rule_in_force", f"no rule on referrals holds on {day}")


def term(
    content: Mapping[str, object], signed_at: datetime, calendar: WorkingCalendar
) -> ProofTerm:
    """Return until when the paper may be presented, and by which rule.

    Raises:
        RefusedError: ``not_a_one_year_disease``: the tick contradicts a list that is complete.
    """
    day = local_day(signed_at)
    rule = rule_on(day)
    if not content.get("one_year"):
        last = calendar.add_working_days(day, WORKING_DAYS)
        return ProofTerm(end_of_day(last), f"{rule.code}-{WORKING_DAYS}wd", calendar.version)
    _check_listed(str(content["main_disease"]), day)
    if rule.to_end_of_year:
        return ProofTerm(end_of_day(date(day.year, 12, 31)), f"{rule.code}-eoy", calendar.version)
    last = calendar.next_working_day(add_years(day, 1))
    return ProofTerm(end_of_day(last), f"{rule.code}-1y", calendar.version)


def _check_listed(disease: str, day: date) -> None:
    """Refuse a year for a disease that is surely on no list.

    The list that this program carries is not known to be complete: then the doctor's tick, which
    somebody signs, is believed, for a right that is withheld costs the patient a treatment.
    """
    lists = [known for known in lists_on(day) if known.appendix == ONE_YEAR]
    if lists and all(known.complete and not known.names(disease) for known in lists):
        raise RefusedError(
            "not_a_one_year_disease", "expected a main disease of the list for one year"
        )
