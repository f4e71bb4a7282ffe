from http import HTTPStatus

from tests_support.service_world import World
from tests_support.signed_certificates import code
from verify_api.callers import Role
from verify_api.ports import Condition


def test_a_live_process_says_so(world: World) -> None:
    assert world.client().get("/health/live").get_json() == {"live": True}


def test_one_condition_that_fails_makes_it_unready_and_is_named(world: World) -> None:
    client = world.client()
    assert client.get("/health/ready").status_code == HTTPStatus.OK
    world.conditions.append(Condition("projections_lag", holds=False, figure="12 s"))
    answer = client.get("/health/ready")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.get_json() == {
        "ready": False,
        "conditions": [
            {"name": "trust_list_fresh", "holds": True, "figure": "3 days"},
            {"name": "projections_lag", "holds": False, "figure": "12 s"},
        ],
    }


def test_figures_are_for_operators_and_hold_no_code(world: World) -> None:
    client = world.client()
    client.post("/v1/verify", json={"text": code()})
    client.post("/v1/verify", json={"text": "x"})
    client.get("/nowhere/123456789012")
    assert client.get("/metrics").status_code == HTTPStatus.UNAUTHORIZED
    text = client.get("/metrics", headers=world.token(Role.OPERATOR)).text
    assert 'records_verdicts_total{state="valid"} 1.0' in text
    assert 'records_verdicts_total{state="not_ours"} 1.0' in text
    assert 'records_http_answers_total{endpoint="verify.verify",status="200"} 2.0' in text
    assert 'records_http_answers_total{endpoint="none",status="404"} 1.0' in text
    assert code().split("#")[1][:20] not in text
    assert "123456789012" not in text
