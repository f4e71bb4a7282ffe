"""The transparency log, for everybody: its newest head, its tiles and entries, its policy.

Tiles never change, so that any cache may keep them for ever; of the tree no more is served than a
published head covers. Nothing in it points at a person. Source: C2SP tlog-tiles.
"""

from hashlib import sha256
from typing import Final, Protocol

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from ledger.errors import InvalidInputError
from ledger.store.log_export import bundle_of
from ledger.transparency.landmark_log import LandmarkLog
from ledger.transparency.landmarks import HEIGHT
from ledger.transparency.log import LogReader
from ledger.transparency.policy import Policy, write_policy
from ledger.transparency.tiles import Bundle, Tile, parse_path, width_at
from verify_api.access_rules import access
from verify_api.callers import Action, Reach, who_may
from verify_api.headers import PUBLISHED

_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FRESH: Final = "public, no-cache"
"""A copy may be kept, but is asked about each time: a witness or auditor wants the newest."""
_POLICY_AGE: Final = "public, max-age=300"
_LANDMARKS_AGE: Final = "public, max-age=3600"
"""It changes once in 16,384 facts, and an older list is as true as a newer one."""

_publish = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="published_log", reads_personal=False
)


class Entries(Protocol):
    """A ledger, as far as bundles of its entries go."""

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        """Return entries in order of position."""
        ...

    def head(self) -> int:
        """Return the position of the last fact."""
        ...


def log_routes(log: LogReader | None, facts: Entries, policy: Policy | None) -> Blueprint:
    """Return the endpoints; of a home without a log each says that there is nothing."""
    blueprint = Blueprint("log", __name__)
    published = _Published(log)

    @blueprint.get("/log/checkpoint")
    @_publish
    def checkpoint() -> Response:
        """Serve the newest published head: a signed note with its witnesses' lines."""
        head = log and log.latest()
        if not head:
            raise NotFound
        return _served(head.note, _TEXT, FRESH)

    @blueprint.get("/log/tile/<path:place>")
    @_publish
    def tile(place: str) -> Response:
        """Serve a tile of hashes, or with `entries/…` a bundle of the entries below one."""
        try:
            named = parse_path(f"tile/{place}")
        except InvalidInputError as error:
            raise NotFound from error
        if log is None or not published.covers(named):
            raise NotFound
        data = bundle_of(facts, named) if isinstance(named, Bundle) else log.tiles([named])[0]
        return _served(data, _BYTES, FOR_EVER)

    @blueprint.get("/log/policy")
    @_publish
    def the_policy() -> Response:
        """Serve the policy: the log's keys, its witnesses, how many of them are enough."""
        if policy is None:
            raise NotFound
        return _served(write_policy(policy).encode(), _TEXT, _POLICY_AGE)

    _add_landmarks(blueprint, _Listed(log, policy))
    return blueprint


def _add_landmarks(blueprint: Blueprint, listed: "_Listed") -> None:
    @blueprint.get("/log/landmarks")
    @_publish
    def landmarks() -> Response:
        """Serve the list of landmarks: with it a proof needs no signature."""
        return _served(listed.content(), _TEXT, _LANDMARKS_AGE)


class _Published:
    """How far the log is published; it only grows, so it is asked only where that matters."""

    def __init__(self, log: LogReader | None) -> None:
        self._log = log
        self._size = 0

    def covers(self, named: Tile | Bundle) -> bool:
        """Whether the newest head's tree has this tile."""
        return self._fits(named) or (self._look() and self._fits(named))

    def _fits(self, named: Tile | Bundle) -> bool:
        level = named.level if isinstance(named, Tile) else 0
        return named.width <= width_at(level, named.number, self._size)

    def _look(self) -> bool:
        head = self._log and self._log.latest()
        self._size = head.size if head else 0
        return True


class _Listed:
    """The landmarks as a file, written again when the next one is whole."""

    def __init__(self, log: LogReader | None, policy: Policy | None) -> None:
        self._log = log
        self._landmarks = log and LandmarkLog(log, policy=policy)
        self._written: tuple[int, bytes] = (0, b"")

    def content(self) -> bytes:
        """Return the file; NotFound as long as there is no landmark."""
        head = self._log and self._log.latest()
        count = head.size >> HEIGHT if head else 0
        if count != self._written[0]:
            found = self._landmarks and self._landmarks.newest()
            self._written = (count if found else 0, found.write() if found else b"")
        if not self._written[1]:
            raise NotFound
        return self._written[1]


def _served(content: bytes, media_type: str, cache: str) -> Response:
    response = Response(content, content_type=media_type, headers=PUBLISHED)
    response.headers["Cache-Control"] = cache
    response.set_etag(sha256(content).hexdigest()[:32])
    response.make_conditional(request.environ)
    return response
