import json
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import Result

from app import System
from ledger.commands.access import who_looked
from ledger.identifiers import cleaning_pair_stream
from shell.errors import MissingExtraError
from shell.extras import extra as needs
from tests_support.known_twice import ASSERTED, NAME, REGISTERED, asserted, fill, tell

Run = Callable[..., Result]
WHO = ("--actor", "steward-1")
PAIR = str(cleaning_pair_stream(REGISTERED, ASSERTED))
BASIS = ("--legal-basis", "91/2025/QH15")


@pytest.fixture
def proposed(records: Run, system: System) -> Run:
    """A ledger in which somebody is known twice, and was found."""
    fill(system.facts)
    done = records("cleaning", "propose", *WHO, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["proposed"] == 1
    return records


def test_what_was_found_is_listed_without_a_name(proposed: Run) -> None:
    done = proposed("cleaning", "list", "--json")
    (pair,) = json.loads(done.stdout)["pairs"]
    assert (pair["pair"], pair["state"]) == (PAIR, "waiting")
    told = proposed("cleaning", "list").stdout
    assert PAIR in told
    assert "Mẫu" not in told
    assert json.loads(proposed("cleaning", "list", "--state", "same", "--json").stdout) == {
        "pairs": [], "after": None,
    }  # fmt: skip


def test_two_are_shown_side_by_side_and_both_can_see_it(proposed: Run, system: System) -> None:
    done = proposed("cleaning", "show", PAIR, *BASIS, *WHO)
    assert done.exit_code == 0, done.output
    assert NAME in done.stdout
    assert "The same, one without diacritics" in done.stdout
    assert all(who_looked(system.facts, subject=one) for one in (REGISTERED, ASSERTED))
    told = json.loads(proposed("cleaning", "show", PAIR, *BASIS, *WHO, "--json").stdout)
    assert told["compared"][0]["levels"]["personal_number"] == "one_slip"


def test_nobody_is_shown_without_a_legal_basis(proposed: Run, system: System) -> None:
    assert proposed("cleaning", "show", PAIR, *WHO).exit_code == 3
    done = proposed("cleaning", "show", PAIR, "--legal-basis", "", *WHO)
    assert done.exit_code == 2
    assert NAME not in done.output
    assert not who_looked(system.facts, subject=REGISTERED)


def test_a_judged_pair_waits_no_more_and_the_report_counts_it(proposed: Run) -> None:
    judged = ("cleaning", "judge", PAIR, "same", "--reason", "Cùng một người", *WHO)
    assert proposed(*judged).exit_code == 0
    again = proposed(*judged)
    assert again.exit_code == 2
    assert "refused/already_judged" in again.stderr
    assert json.loads(proposed("cleaning", "list", "--json").stdout)["pairs"] == []
    (outcome,) = json.loads(proposed("cleaning", "report", "--json").stdout)
    assert (outcome["same"], outcome["precision"]) == (1, 1.0)
    assert "100.0%" in proposed("cleaning", "report").stdout
    assert json.loads(proposed("cleaning", "propose", *WHO, "--json").stdout)["proposed"] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("propose", "--threshold", "2", *WHO), 2),
        (("propose", "--threshold", "x", *WHO), 3),
        (("propose",), 3),
        (("propose", "--memory", "x", *WHO), 3),
        (("propose", "--memory", "0MB", *WHO), 3),
        (("show", "x", *BASIS, *WHO), 3),
        (("show", str(REGISTERED), *BASIS, *WHO), 2),
        (("judge", PAIR, "maybe", "--reason", "x", *WHO), 3),
        (("judge", PAIR, "same", "--reason", " ", *WHO), 2),
        (("list", "--after", "x"), 3),
    ],
)
def test_what_cannot_be_meant_is_refused(
    proposed: Run, arguments: tuple[str, ...], code: int
) -> None:
    done = proposed("cleaning", *arguments)
    assert done.exit_code == code, done.output


def test_too_little_memory_is_said_and_nothing_is_proposed(records: Run, system: System) -> None:
    fill(system.facts)
    done = records("cleaning", "propose", "--memory", "1MB", *WHO)
    assert done.exit_code == 2
    assert "refused/comparison_failed" in done.stderr
    assert json.loads(records("cleaning", "list", "--json").stdout)["pairs"] == []


def test_a_part_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingExtraError) as caught:
        needs("cleaning", "no_such_module_anywhere")
    assert "records-ledger[cleaning]" in str(caught.value)


def test_quality_is_told_by_facility_and_by_month(records: Run) -> None:
    everybody = json.loads(records("facility", "quality", "--json").stdout)
    code = everybody[0]["facility"]
    months = json.loads(records("facility", "quality", code, "--json").stdout)
    assert {month["facility"] for month in months} == {code}
    assert sum(month["visits"] for month in months) == everybody[0]["visits"]
    assert code in records("facility", "quality").stdout
    assert code in records("facility", "quality", code).stdout
    assert json.loads(records("facility", "quality", "99Z99", "--json").stdout) == []
    assert records("facility", "quality", "99Z99").exit_code == 0
    assert records("facility", "quality", "--from", "2026-13").exit_code == 3


def test_a_book_with_two_people_in_it_is_found_and_shown(records: Run, system: System) -> None:
    fill(system.facts)
    tell(system.facts, ASSERTED, asserted(name="Trần Văn Mẫu", birth="1971-05-20", sex=1))
    found = records("cleaning", "mixed", *WHO)
    assert found.exit_code == 0, found.output
    assert str(ASSERTED) in found.stdout
    assert "Mẫu" not in found.stdout
    (mixed,) = json.loads(records("cleaning", "mixed", *WHO, "--json").stdout)
    assert mixed["traits"] == ["name", "birth", "sex"]
    shown = records("cleaning", "mixed", str(ASSERTED), *BASIS, *WHO)
    assert "Trần Văn Mẫu" in shown.stdout
    assert records("cleaning", "mixed", str(ASSERTED), *WHO).exit_code == 2
    told = json.loads(records("cleaning", "mixed", str(ASSERTED), *BASIS, *WHO, "--json").stdout)
    assert told[0]["levels"]["sex"] == "other"


def test_who_was_forgotten_is_compared_with_nobody(records: Run, system: System) -> None:
    """The keys are gone, not the facts: what they held is as if it had never been told."""
    fill(system.facts)
    before = json.loads(records("cleaning", "propose", *WHO, "--json").stdout)
    system.subject_keys.forget(ASSERTED, ["identity"], batch=UUID(int=7))
    after = json.loads(records("cleaning", "propose", *WHO, "--json").stdout)
    assert (after["persons"], after["found"]) == (before["persons"] - 1, 0)
    shown = records("cleaning", "show", PAIR, *BASIS, *WHO)
    assert shown.exit_code == 0
    assert "can be read any more" in shown.stdout
    assert NAME not in shown.stdout


def test_a_run_over_one_province_names_it_and_no_other(records: Run, system: System) -> None:
    fill(system.facts)
    done = records("cleaning", "propose", "--province", "79", *WHO, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["proposed"] == 0
    wrong = records("cleaning", "propose", "--province", "03", *WHO)
    assert (wrong.exit_code, "--province" in wrong.stderr) == (2, True)
