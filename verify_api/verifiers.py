"""Who answers about codes: ports of the service, which `verify_api.desk.register` fills."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger.certificates.disclosure import Asked
from ledger.errors import StoreUnavailableError
from verify_api.acceptance import Checker
from verify_api.verdict import Verdict


class Verifier(Protocol):
    """Answers about one code, online: `verify_api.verification.verify` with its sources."""

    def __call__(
        self,
        text: str,
        *,
        at: datetime,
        asked: Asked | None = None,
        checker: Checker | None = None,
    ) -> Verdict:
        """Return the verdict on ``text``; ``checker`` is who would take the paper in."""
        ...


class Asking(NamedTuple):
    """One code of many, and what is asked of it."""

    text: str
    asked: Asked | None = None
    checker: Checker | None = None


class BatchVerifier(Protocol):
    """Answers about many codes, online: `verify_api.verification.verify_many` with its sources."""

    def __call__(
        self, askings: Sequence[Asking], *, at: datetime
    ) -> list[Verdict | StoreUnavailableError]:
        """Return for each what `Verifier` returns, or the error that it raises."""
        ...
