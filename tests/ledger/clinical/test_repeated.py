"""Lines of the same diagnosis: what is one line, what never is, and that nothing gets lost."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.book import Book, Event, Known, fold
from ledger.clinical.entry import Absence, Coding, Entry, Kind, Status
from ledger.clinical.moments import span
from ledger.clinical.repeated import Line, lines
from ledger.clinical.sections import Section, section

ICD = "http://hl7.org/fhir/sid/icd-10"
ASTHMA = (Coding(ICD, "J45"),)


def problem(text: str, start: str = "", **more: Any) -> Entry:
    found = span(start)
    given: dict[str, Any] = {
        "kind": Kind.PROBLEM, "type": "Condition", "id": "", "place": 0, "status": Status.ACTIVE,
        "text": text, "start": start, "at": None if found is None else found[0], **more,
    }  # fmt: skip
    return Entry(**given)


def book(*entries: Entry) -> Book:
    return fold(
        Known(
            UUID(int=n), 1, Event.RECORDED, UUID(int=2), f"79A{n:02}", n, 1_700_000_000, 1, (one,)
        )
        for n, one in enumerate(entries, start=1)
    )


def of(*entries: Entry) -> tuple[Line, ...]:
    return lines(section(book(*entries), Section.PROBLEMS))


def test_a_diagnosis_that_is_sent_at_every_visit_is_one_line() -> None:
    (line,) = of(
        problem("Hen", "2019-03", codings=ASTHMA),
        problem("Hen phế quản", "2024-01-05", codings=ASTHMA),
        problem("Hen", "2021", codings=ASTHMA),
    )
    assert (line.first, line.last, len(line.items)) == ("2019-03", "2024-01-05", 3)
    assert line.newest.entry.text == "Hen phế quản"
    assert line.texts == ("Hen phế quản", "Hen")
    assert line.facilities == ("79A02", "79A03", "79A01")


def test_without_codes_the_words_count_whatever_their_case_and_spaces() -> None:
    (line,) = of(problem("Hen  phế quản"), problem("hen phe\u0302\u0301 quản"))
    assert (line.first, line.last) == ("", "")
    assert len(line.texts) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"codings": (Coding(ICD, "J45.0"),)},
        {"codings": (Coding("http://snomed.info/sct", "J45"),)},
        {"codings": (*ASTHMA, Coding("http://snomed.info/sct", "195967001"))},
        {"codings": ()},
        {"codings": ASTHMA, "details": (("body_site", "trái"),)},
        {"codings": ASTHMA, "status": Status.RESOLVED},
        {"codings": ASTHMA, "status": Status.REFUTED},
        {"codings": ASTHMA, "absence": Absence.NONE_KNOWN},
    ],
)
def test_what_differs_in_what_matters_stays_apart(other: dict[str, Any]) -> None:
    assert len(of(problem("Hen", codings=ASTHMA), problem("Hen", **other))) == 2


def test_what_has_neither_code_nor_words_is_never_taken_for_another() -> None:
    assert len(of(problem(""), problem(""))) == 2
    assert len(of(problem("", codings=(Coding("", "J45"),)), problem(""))) == 2


_PROBLEMS = st.builds(
    problem,
    st.sampled_from(["Hen", "hen", "Ho", ""]),
    st.sampled_from(["", "2019", "2020-02", "2021-03-04"]),
    codings=st.sampled_from([(), ASTHMA, (Coding(ICD, "I10"),)]),
    status=st.sampled_from([Status.ACTIVE, Status.RESOLVED, Status.REFUTED]),
)


@given(st.lists(_PROBLEMS, max_size=12))
def test_every_entry_is_in_exactly_one_line_and_the_order_stays(entries: list[Entry]) -> None:
    items = section(book(*entries), Section.PROBLEMS)
    made = lines(items)
    assert sorted(one.key for line in made for one in line.items) == sorted(
        one.key for one in items
    )
    assert [line.newest for line in made] == [
        item for item in items if any(item is line.newest for line in made)
    ]
