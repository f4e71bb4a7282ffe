"""The *logged* axis offline: the proof that the holder has, judged by the verifier's own policy."""

from dataclasses import dataclass
from datetime import datetime

from ledger.certificates.kind import Token
from ledger.errors import InvalidInputError, ProofError
from ledger.store.opening import entry_of, read_opening
from ledger.transparency.policy import Cosigned, Policy
from ledger.transparency.proof import TlogProof
from verify_api.verdict import LogEvidence, Logged, LoggedBy


@dataclass(frozen=True, slots=True)
class HeldProof:
    """A ``.tlog-proof`` beside a certificate: `verify_api.evidence.LogSource`.

    Its head says since when at the latest: a proof does not tell whether an earlier one had it, as
    of a certificate that is older than the log.
    """

    proof: TlogProof
    token: bytes
    """The certificate's token, as it was scanned with the proof."""
    policy: Policy
    """Whose heads the verifier believes; never anything from the proof."""

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        """Return what the proof proves: in the log, or nothing about this certificate."""
        del token, digest, at  # the opening binds the very bytes that were scanned
        try:
            cosigned = proven(self.proof, self.token, self.policy)
        except (InvalidInputError, ProofError):
            return LogEvidence(Logged.NOT_FOUND)
        return LogEvidence(
            Logged.IN_LOG, self.proof.index, cosigned.quorum_at,
            exactly=False, by=LoggedBy.TLOG_PROOF, size=cosigned.checkpoint.size,
            witnesses=len({one.key.name for one in cosigned.signatures if one.at is not None}),
        )  # fmt: skip


def proven(proof: TlogProof, token: bytes, policy: Policy) -> Cosigned:
    """Return the head under which the log has the issue of exactly this ``token``.

    Raises:
        InvalidInputError: The proof is no certificate's, or another one's.
        ProofError: The policy does not believe its head, or the leaf is not in it.
    """
    if proof.extra is None:
        raise InvalidInputError("extra", "opening_form", "the opening of a certificate's issue")
    return proof.verify(entry_of(read_opening(proof.extra), token), policy)
