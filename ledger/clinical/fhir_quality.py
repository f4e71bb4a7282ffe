"""Level 3: what is told afterwards and never blocks; a facility's figures are made of it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from ledger.clinical.code_lists import CodeLists
from ledger.clinical.fhir_dates import is_before
from ledger.clinical.fhir_profiles import profile_findings
from ledger.clinical.fhir_terminology import Terminology, code_findings, warning
from ledger.clinical.fhir_walk import Held, held, walk
from ledger.clinical.findings import Finding
from ledger.clinical.vital_signs import vital_findings

NO_LISTS: Final = CodeLists()
_OLDEST: Final = 130
"""Years. The longest life on record is 122."""
_EVENTS: Final = (
    "performedDateTime",
    "effectiveDateTime",
    "occurrenceDateTime",
    "authoredOn",
    "onsetDateTime",
    "recordedDate",
)
_DAY: Final = 10


def assess(
    value: Mapping[str, Any], *, at: datetime, lists: CodeLists = NO_LISTS
) -> Iterator[Finding]:
    """Yield what is odd in a resource or Bundle that levels 0 to 2 have accepted.

    Codes are judged by the ``lists`` in force on the day of care: the day of the Encounter, else
    the day of ``at`` (aware).
    """
    documents = list(held(value))
    terms = Terminology(lists, day_of_care(documents, at))
    for one in documents:
        nodes = list(walk(one.value, one.place))
        yield from code_findings(nodes, terms)
        yield from profile_findings(one, nodes)
        yield from vital_findings(one)
        yield from _recorded_before_begun(one)
    yield from _life_and_care(documents)


def day_of_care(documents: list[Held], at: datetime) -> date:
    """Return the first day of the first Encounter that tells one, else the day of ``at``."""
    for one in _of_type(documents, "Encounter"):
        start = one.value.get("period", {}).get("start", "")
        if len(start) >= _DAY:
            return date.fromisoformat(start[:_DAY])
    return at.date()


def _of_type(documents: list[Held], kind: str) -> Iterator[Held]:
    return (one for one in documents if one.value["resourceType"] == kind)


def _recorded_before_begun(one: Held) -> Iterator[Finding]:
    onset, recorded = one.value.get("onsetDateTime"), one.value.get("recordedDate")
    if onset is not None and recorded is not None and is_before(recorded, onset):
        yield warning(f"{one.place}.recordedDate", "recorded_before_onset", "a day after the onset")


def _life_and_care(documents: list[Held]) -> Iterator[Finding]:
    """Yield care before birth, after death, or at an age that nobody has reached."""
    patient = next(_of_type(documents, "Patient"), None)
    if patient is None:
        return
    birth, death = patient.value.get("birthDate"), patient.value.get("deceasedDateTime")
    for place, time in _times(documents):
        if birth is not None and is_before(time, birth):
            yield warning(place, "before_birth", "a time after the patient's birth")
        if death is not None and is_before(death, time):
            yield warning(place, "after_death", "a time before the patient's death")
        if birth is not None and int(time[:4]) - int(birth[:4]) > _OLDEST:
            yield warning(f"{patient.place}.birthDate", "age", f"an age of at most {_OLDEST} years")
            return


def _times(documents: list[Held]) -> Iterator[tuple[str, str]]:
    for one in _of_type(documents, "Encounter"):
        start = one.value.get("period", {}).get("start")
        if start is not None:
            yield f"{one.place}.period.start", start
    for one in documents:
        for name in _EVENTS:
            if isinstance(time := one.value.get(name), str):
                yield f"{one.place}.{name}", time
