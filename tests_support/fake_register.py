"""A register that says what it is told, the one paper that it knows, and its signed lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from ledger.certificates.disclosure import Asked, FiveFields, five_fields_match
from ledger.certificates.kind import Sex, Token
from ledger.certificates.qr_text import from_qr_text, normalise_short_code, short_code
from ledger.errors import StoreUnavailableError
from tests_support.signed_certificates import AT, IN_FORCE, POLICY, TOKEN, TRUST, code
from verify_api.acceptance import Checker
from verify_api.moments import VIETNAM
from verify_api.ports import Document, PaperFound, PaperQuestion
from verify_api.question import Question
from verify_api.verdict import StatusEvidence, Verdict
from verify_api.verification import verify, verify_many
from verify_api.verifiers import Asking

SUBJECT = UUID(int=0x5AB)
DOSSIER = "000.00.19.H26-261120-0012"
FIELDS = FiveFields(DOSSIER, TOKEN.holder.name, TOKEN.holder.birth_date, Sex.MALE, "000000000001")


@dataclass
class Standings:
    """What the register says, by number; everything is in force unless said otherwise."""

    by_number: dict[str, StatusEvidence] = field(default_factory=dict)
    fails_with: Exception | None = None

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the register says."""
        del digest, at
        if self.fails_with is not None:
            raise self.fails_with
        return self.by_number.get(token.number, IN_FORCE.evidence)

    def verify(
        self,
        text: str,
        *,
        at: datetime,
        asked: Asked | None = None,
        checker: Checker | None = None,
    ) -> Verdict:
        """Return the verdict on ``text``."""
        return verify(
            text, at=at, trust=TRUST, status=self, policy=POLICY, asked=asked, checker=checker
        )

    def verify_many(
        self, askings: Sequence[Asking], *, at: datetime
    ) -> list[Verdict | StoreUnavailableError]:
        """Return the verdicts on ``askings``."""
        return verify_many(
            [
                Question(text, at, TRUST, self, POLICY, asked=asked, checker=checker)
                for text, asked, checker in askings
            ]
        )


@dataclass
class Papers:
    """Knows one paper: that of `TOKEN`."""

    standings: Standings

    def by_code(self, question: PaperQuestion, *, at: datetime) -> PaperFound | None:
        """Return it for its own short code and day."""
        text = code()
        right = normalise_short_code(question.short_code) == short_code(from_qr_text(text))
        day = TOKEN.issued_at.astimezone(VIETNAM).date()
        if not right or question.issued_on != day:
            return None
        return PaperFound(self.standings.verify(text, at=at), SUBJECT)

    def by_fields(self, fields: FiveFields, *, at: datetime) -> PaperFound | None:
        """Return it for its own five fields."""
        if not five_fields_match(fields, FIELDS):
            return None
        return PaperFound(self.standings.verify(code(), at=at), SUBJECT)


class Documents:
    """Bytes that stand for signed lists."""

    def _document(self, content: bytes, media_type: str) -> Document:
        return Document(content, media_type, AT, timedelta(hours=1))

    def trust_list(self) -> Document:
        """Return a trust list."""
        return self._document(b"trust", "application/cose")

    def jwks(self) -> Document:
        """Return a key set."""
        return self._document(b'{"keys":[]}', "application/jwk-set+json")

    def status_list(self, shard: str) -> Document | None:
        """Return shard 01/1-2705-0, and no other."""
        if shard != "01/1-2705-0":
            return None
        return self._document(b"status", "application/statuslist+cwt")

    def bundle(self) -> Document:
        """Return a bundle."""
        return self._document(b"bundle", "application/cbor")
