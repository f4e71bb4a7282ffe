"""The published log: what a head covers, as files that never change, and nothing beyond."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from ledger.transparency.landmarks import read_landmarks
from ledger.transparency.merkle import leaf_hash, root_of
from ledger.transparency.policy import parse_policy
from ledger.transparency.tiles import entries_in, hashes_in
from tests_support.memory_log import MemoryLog
from tests_support.service_world import World
from verify_api.routes.log import log_routes
from verify_api.service import create_service

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


class Facts:
    """A ledger of a log's entries."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        return self._log.entries[after : after + limit]

    def head(self) -> int:
        return len(self._log.entries)


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.add(*map(entry, range(600)))
    made.publish(AT)
    made.add(*map(entry, range(600, 700)))
    return made


@pytest.fixture
def client(world: World, log: MemoryLog) -> FlaskClient:
    routes = log_routes(log, Facts(log), log.policy)
    return create_service(world.ports, more=[routes]).test_client()


def test_the_checkpoint_is_the_newest_head_and_is_asked_about_each_time(
    client: FlaskClient, log: MemoryLog
) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.status_code == 200
    assert log.policy.judge(answer.data).checkpoint.size == 600
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/log/checkpoint", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    log.publish(AT)
    newer = client.get("/log/checkpoint", headers={"If-None-Match": answer.headers["ETag"]})
    assert newer.status_code == 200


def test_tiles_and_bundles_make_up_the_tree_of_the_checkpoint(
    client: FlaskClient, log: MemoryLog
) -> None:
    hashes: list[bytes] = []
    entries: list[bytes] = []
    for place in ("000", "001", "002.p/88"):
        answer = client.get(f"/log/tile/0/{place}")
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        hashes += hashes_in(answer.data)
        entries += entries_in(client.get(f"/log/tile/entries/{place}").data)
    assert root_of(hashes) == log.published[-1].root
    assert [leaf_hash(one) for one in entries] == hashes
    assert len(client.get("/log/tile/1/000.p/2").data) == 64


@pytest.mark.parametrize(
    "place",
    [
        "0/002", "0/002.p/89", "0/003.p/1", "1/000", "1/000.p/3", "2/000.p/1", "64/000",
        "entries/002", "entries/002.p/89", "0/0", "0/../../checkpoint", "entries", "0/002.p/0",
        "0/x000/000", "-1/000", "0/%00",
    ],
)  # fmt: skip
def test_what_no_head_covers_is_not_there(client: FlaskClient, place: str) -> None:
    assert client.get(f"/log/tile/{place}").status_code == 404


def test_what_a_newer_head_covers_is_there(client: FlaskClient, log: MemoryLog) -> None:
    assert client.get("/log/tile/0/002.p/188").status_code == 404
    log.publish(AT)
    assert len(client.get("/log/tile/0/002.p/188").data) == 188 * 32


def test_the_policy_is_there_to_be_compared(client: FlaskClient, log: MemoryLog) -> None:
    answer = client.get("/log/policy")
    assert parse_policy(answer.text) == log.policy


def test_a_home_without_a_log_has_nothing_there(world: World, log: MemoryLog) -> None:
    routes = log_routes(None, Facts(log), None)
    client = create_service(world.ports, more=[routes]).test_client()
    for place in ("checkpoint", "tile/0/000", "policy", "landmarks"):
        assert client.get(f"/log/{place}").status_code == 404


def test_a_log_that_has_published_nothing_shows_nothing(world: World) -> None:
    empty = MemoryLog()
    empty.add(entry(1))
    routes = log_routes(empty, Facts(empty), empty.policy)
    client = create_service(world.ports, more=[routes]).test_client()
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/tile/0/000.p/1").status_code == 404


def test_the_landmarks_are_there_once_one_is_whole_and_change_with_the_next(
    world: World,
) -> None:
    log = MemoryLog()
    log.add(*map(entry, range(16_000)))
    log.publish(AT)
    client = create_service(
        world.ports, more=[log_routes(log, Facts(log), log.policy)]
    ).test_client()
    assert client.get("/log/landmarks").status_code == 404
    log.add(*map(entry, range(16_000, 16_500)))
    log.publish(AT)
    answer = client.get("/log/landmarks")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    first = read_landmarks(answer.data, log.policy)
    assert (first.height, first.end) == (14, 16_384)
    log.add(*map(entry, range(16_500, 17_000)))
    log.publish(AT)
    same = client.get("/log/landmarks", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304
    log.add(*map(entry, range(17_000, 33_000)))
    log.publish(AT)
    second = read_landmarks(client.get("/log/landmarks").data, log.policy)
    assert second.hashes[:1] == first.hashes
    assert second.end == 32_768
