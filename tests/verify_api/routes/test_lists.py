from http import HTTPStatus

import pytest

from tests_support.service_world import World

LISTS = [
    ("/v1/trust/list", "application/cose", b"trust"),
    ("/v1/trust/jwks", "application/jwk-set+json", b'{"keys":[]}'),
    ("/s/01/1-2705-0", "application/statuslist+cwt", b"status"),
    ("/v1/bundle", "application/cbor", b"bundle"),
]


@pytest.mark.parametrize(("address", "media_type", "content"), LISTS)
def test_a_list_is_published_to_everybody_for_an_hour(
    world: World, address: str, media_type: str, content: bytes
) -> None:
    answer = world.client().get(address)
    assert (answer.data, answer.mimetype) == (content, media_type)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Last-Modified"] == "Tue, 24 Nov 2026 09:30:00 GMT"


@pytest.mark.parametrize(("address", "media_type", "content"), LISTS)
def test_a_list_that_has_not_changed_is_not_sent_again(
    world: World, address: str, media_type: str, content: bytes
) -> None:
    client = world.client()
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")


def test_a_shard_that_is_none_is_not_found(world: World) -> None:
    assert world.client().get("/s/01/9").status_code == HTTPStatus.NOT_FOUND
