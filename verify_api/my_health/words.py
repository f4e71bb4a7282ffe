"""All words of the citizen's health pages, by key."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.my_health.words_asks import ASKS
from verify_api.my_health.words_book import BOOK
from verify_api.my_health.words_papers import PAPERS
from verify_api.my_health.words_rights import RIGHTS
from verify_api.my_health.words_sharing import SHARING

MY_HEALTH: Final[Mapping[str, Wording]] = MappingProxyType({
    **BOOK, **PAPERS, **ASKS, **SHARING, **RIGHTS,
})  # fmt: skip
