"""What Flask refuses by itself is a problem document, as what the service refuses is (RFC 9457)."""

from typing import Any

import pytest

from tests_support.service_world import World

QUEUE = "/work"
REFUSED: dict[str, tuple[int, str, dict[str, Any]]] = {
    "nowhere": (404, "not_found", {"path": "/nowhere"}),
    "a part of another form": (404, "not_found", {"path": f"{QUEUE}/x/accept", "method": "POST"}),
    "another method": (405, "method_not_allowed", {"path": "/v1/verify", "method": "DELETE"}),
    "a body too large": (
        413, "too_large",
        {"path": "/v1/check/code", "method": "POST", "data": b"x" * (12 << 20),
         "content_type": "application/json"},
    ),
    "another media type": (
        415, "unsupported_media_type",
        {"path": "/v1/verify", "method": "POST", "data": b"x", "content_type": "video/mp4"},
    ),
    "half of a form": (
        400, "malformed_request",
        {"path": "/v1/verify", "method": "POST", "data": b"--x\r\n",
         "content_type": "multipart/form-data; boundary=x"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_of_the_framework_is_a_problem_too(world: World, name: str) -> None:
    status, code, sent = REFUSED[name]
    answer = world.client().open(**sent)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:records-ledger:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Allow" in answer.headers) == (status == 405)
