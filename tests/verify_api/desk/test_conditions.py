from datetime import timedelta

from ledger.certificates.procedure import Stage
from ledger.commands import keys as key_commands
from ledger.errors import StoreUnavailableError
from ledger.facts import Act
from tests_support.desk_home import DeskHome
from tests_support.memory_facts import MemoryFacts
from verify_api.desk.conditions import LIST_AGE, VIEWS_BEHIND, LedgerConditions
from verify_api.desk.noticeboard import Noticeboard
from verify_api.ports import Condition


def measured(home: DeskHome) -> dict[str, Condition]:
    return {condition.name: condition for condition in home.ports.conditions()}


def failing(home: DeskHome) -> set[str]:
    return {name for name, condition in measured(home).items() if not condition.holds}


def test_a_home_with_its_views_caught_up_is_ready(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.publish()
    home.system.projector.catch_up()
    assert failing(home) == set()
    assert measured(home)["ledger"].figure == f"{home.system.facts.head()} facts"


def test_a_view_may_be_behind_for_a_moment_but_not_for_long(home: DeskHome) -> None:
    home.system.projector.catch_up()
    home.file()
    home.later(seconds=VIEWS_BEHIND.total_seconds())
    assert failing(home) == set()
    home.later(seconds=1)
    assert failing(home) == {"views"}
    assert measured(home)["views"].figure.endswith("31 s behind")
    home.system.projector.catch_up()
    assert failing(home) == set()


def test_a_trust_list_past_its_update_is_an_alarm_before_its_grace_ends(home: DeskHome) -> None:
    home.system.projector.catch_up()
    home.later(days=3)
    assert failing(home) == {"trust_list"}
    act = Act(home.at, "operator", "key_administrator")
    key_commands.publish_trust_list(
        facts=home.system.facts, signer=home.system.keyring, act=act, list_id="records-ledger"
    )
    home.system.projector.catch_up()
    assert failing(home) == set()


def test_a_status_list_that_was_not_refreshed_is_an_alarm(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.publish()
    home.system.projector.catch_up()
    home.later(seconds=LIST_AGE.total_seconds())
    assert failing(home) == set()
    home.later(seconds=1)
    assert failing(home) == {"status_lists"}
    home.publish()
    home.system.projector.catch_up()
    assert failing(home) == set()


def test_a_list_that_was_never_published_counts_from_its_opening(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.system.projector.catch_up()
    assert failing(home) == set()
    home.clock.at += LIST_AGE + timedelta(seconds=1)
    assert failing(home) == {"status_lists"}


def test_a_ledger_that_does_not_answer_is_said_and_not_raised(home: DeskHome) -> None:
    home.system.projector.catch_up()
    home.system.reading.close()
    found = measured(home)
    assert failing(home) >= {"ledger", "views", "trust_list", "status_lists"}
    assert found["ledger"].figure == StoreUnavailableError.code
    assert found["subject_keys"].holds


def test_views_that_are_not_there_yet_do_not_hold(home: DeskHome) -> None:
    home.system.projector.catch_up()
    with home.system.views.database.transaction() as session:
        session.execute("DELETE FROM view_generations WHERE view = 'work_queue'")
    assert failing(home) == {"views"}


def test_before_the_first_trust_list_the_service_is_of_no_use(home: DeskHome) -> None:
    ports = home.ports.conditions
    empty = LedgerConditions(
        ports.facts, ports.views, Noticeboard(MemoryFacts({})), ports.lists, ports.keys, ports.clock
    )
    (found,) = [one for one in empty() if one.name == "trust_list"]
    assert found == Condition("trust_list", holds=False, figure="none published")
