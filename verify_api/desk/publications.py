"""What is published as it is: `verify_api.ports.PublishedDocuments` from the noticeboard."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import orjson

from keys.trust_document import MEDIA_TYPE
from keys.trust_list import jwks
from ledger.certificates.register import StatusListPublished
from ledger.certificates.status_list import LIST_TYP
from ledger.commands.keys import PublishedList
from ledger.commands.status_lists import StatusBoard
from ledger.errors import NotFoundError
from ledger.facts import FactStore
from verify_api.bundle import BUNDLE_TYP
from verify_api.desk.noticeboard import Noticeboard
from verify_api.ports import Document

FRESH: Final = timedelta(minutes=5)
"""How long a copy may be used without asking; then its ETag says whether it is still the newest."""
JWKS_TYPE: Final = "application/jwk-set+json"

WriteBundle = Callable[[bytes, Sequence[bytes], datetime], bytes]
"""From the trust list's document, the status lists' and their time to the bundle."""

_SHARD: Final = re.compile(r"[0-9A-Za-z-]{1,20}/[0-9A-Za-z-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Bundle:
    """The bundle that was made last, and of what."""

    made_of: tuple[bytes, ...]
    document: Document


@dataclass(slots=True)
class LedgerPublications:
    """Fills the port `PublishedDocuments`."""

    facts: FactStore
    board: Noticeboard
    lists: StatusBoard
    """All status lists; shared with who issues."""
    place: str
    """What the addresses of all status lists begin with, such as ``https://records.example/s/``."""
    write_bundle: WriteBundle
    _bundle: _Bundle | None = field(default=None, init=False)

    def trust_list(self) -> Document:
        """Return the trust list as COSE.

        Raises:
            NotFoundError: None was published yet.
        """
        published = self._trust()
        return Document(published.document, MEDIA_TYPE, published.trust.issued, FRESH)

    def jwks(self) -> Document:
        """Return its keys as a JSON Web Key Set.

        Raises:
            NotFoundError: None was published yet.
        """
        trust = self._trust().trust
        content = orjson.dumps(jwks(trust), option=orjson.OPT_SORT_KEYS)
        return Document(content, JWKS_TYPE, trust.issued, FRESH)

    def status_list(self, shard: str) -> Document | None:
        """Return the status list ``<province>/<list>``, as its address ends; None if none is."""
        if not _SHARD.fullmatch(shard):
            return None
        published = self.board.status_list(self.place + shard)
        return None if published is None else _of(published)

    def bundle(self) -> Document:
        """Return all that an offline verifier needs; the same bytes until something is newer.

        Raises:
            NotFoundError: No trust list was published yet.
        """
        trust = self._trust()
        self.lists.catch_up(self.facts)
        published = [
            listed.published
            for _, listed in sorted(self.lists.lists.items())
            if listed.published is not None and listed.live_until > trust.trust.issued
        ]
        made_of = (trust.document, *(one.document for one in published))
        known = self._bundle
        if known is None or known.made_of != made_of:
            made_at = max((trust.trust.issued, *(one.at for one in published)))
            content = self.write_bundle(made_of[0], made_of[1:], made_at)
            known = self._bundle = _Bundle(made_of, Document(content, BUNDLE_TYP, made_at, FRESH))
        return known.document

    def _trust(self) -> PublishedList:
        published = self.board.trust()
        if published is None:
            raise NotFoundError("no trust list has been published yet")
        return published


def _of(published: StatusListPublished) -> Document:
    return Document(published.document, LIST_TYP, published.at, FRESH)
