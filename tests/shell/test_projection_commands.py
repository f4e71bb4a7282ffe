import json
from collections.abc import Callable

from click.testing import Result

from projections.views import NAMES

Run = Callable[..., Result]


def test_every_view_says_how_far_it_is(records: Run) -> None:
    status = json.loads(records("projections", "status", "--json").stdout)
    assert {row["view"] for row in status["views"]} == set(NAMES)
    assert all(row["position"] + row["behind"] == status["head"] for row in status["views"])
    assert "DIGEST" in records("projections", "status", "--digests").stdout


def test_a_view_built_anew_is_the_same_byte_for_byte(records: Run) -> None:
    rebuilt = records("projections", "rebuild", "--all", "--json")
    assert rebuilt.exit_code == 0, rebuilt.stderr
    answers = json.loads(rebuilt.stdout)
    assert [answer["view"] for answer in answers] == list(NAMES)
    assert all(answer["same"] is True for answer in answers)
    for told in ("facts", "/s", "to go"):
        assert told in rebuilt.stderr
    after = json.loads(records("projections", "status", "--digests", "--json").stdout)
    assert {row["digest"] for row in after["views"]} == {answer["digest"] for answer in answers}


def test_one_view_is_built_anew_by_name(records: Run) -> None:
    rebuilt = records("projections", "rebuild", "work_queue", "work_queue")
    assert rebuilt.exit_code == 0
    assert len(rebuilt.stdout.splitlines()) == 2


def test_a_view_has_to_be_named(records: Run) -> None:
    assert records("projections", "rebuild").exit_code == 3
    assert records("projections", "rebuild", "nothing").exit_code == 3
