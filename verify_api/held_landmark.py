"""The *logged* axis by landmarks: hashes that the verifier keeps, and a way that the paper brings.

No key and no signature takes part: what is kept was believed when it was read. A paper that is
younger than the newest landmark has no way to one yet; its ``.tlog-proof`` serves until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.certificates.kind import Token
from ledger.errors import InvalidInputError, ProofError
from ledger.store.opening import entry_of, read_opening
from ledger.transparency.landmark_proof import LandmarkProof
from ledger.transparency.landmarks import Landmarks
from verify_api.held_proof import HeldProof
from verify_api.verdict import NOT_LOOKED_UP, LogEvidence, Logged, LoggedBy


@dataclass(frozen=True, slots=True)
class HeldLandmark:
    """A landmark proof beside a certificate: `verify_api.evidence.LogSource`.

    A list says since when at the latest: when its head was cosigned. Of several lists the oldest
    that has the certificate counts, because a key's compromise is judged by that moment.
    """

    proof: LandmarkProof | None
    """None if the paper brings none."""
    token: bytes
    """The certificate's token, as it was scanned with the proof."""
    lists: Sequence[Landmarks]
    """What the verifier keeps; at least one."""
    otherwise: HeldProof | None = None
    """What the paper brings besides: asked where landmarks do not settle it."""
    needed_before: datetime | None = None
    """When the first key of the trust list was compromised: a landmark of later may be too late for
    a certificate of that key, and its ``.tlog-proof`` early enough. None if no key ever was."""

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        """Return what the landmarks prove, and what the other proof does where they do not."""
        found = self._by_landmark()
        if self.otherwise is None or self._is_settled(found):
            return found
        other = self.otherwise.find(token, digest, at)
        told = found.logged is not Logged.NOT_CHECKED
        shows = other.logged is Logged.IN_LOG and not _is_earlier(found, other)
        return found if told and not shows else replace(other, younger=found.younger)

    def _by_landmark(self) -> LogEvidence:
        if self.proof is None:
            index = None if self.otherwise is None else self.otherwise.proof.index
            return self._younger(index)
        try:
            kept = proven_by_landmark(self.proof, self.token, self.lists)
        except (InvalidInputError, ProofError) as error:
            if error.rule in _SAYS_NOTHING:
                return self._younger(self.proof.index)
            return LogEvidence(Logged.NOT_FOUND)
        return LogEvidence(
            Logged.IN_LOG, self.proof.index, kept.cosigned_at, exactly=False, by=LoggedBy.LANDMARK
        )

    def _younger(self, index: int | None) -> LogEvidence:
        beyond = index is not None and all(index >= kept.end for kept in self.lists)
        return replace(NOT_LOOKED_UP, younger=beyond)

    def _is_settled(self, found: LogEvidence) -> bool:
        if found.logged is not Logged.IN_LOG or self.needed_before is None:
            return found.logged is Logged.IN_LOG
        return found.logged_at is not None and found.logged_at < self.needed_before


_SAYS_NOTHING = frozenset({"younger_than_landmarks", "other_height"})
"""Why a proof is of no use with these lists, which is no sign that it is wrong."""


def _is_earlier(found: LogEvidence, other: LogEvidence) -> bool:
    if found.logged is not Logged.IN_LOG or found.logged_at is None:
        return False
    return other.logged_at is None or found.logged_at <= other.logged_at


def proven_by_landmark(proof: LandmarkProof, token: bytes, lists: Sequence[Landmarks]) -> Landmarks:
    """Return the oldest of ``lists`` under which the log has the issue of exactly this ``token``.

    Hashes alone: no key is needed, and none is asked.

    Raises:
        InvalidInputError: The proof is no certificate's, or another one's.
        ProofError: ``other_height``, ``younger_than_landmarks``: none of the lists can say;
            ``other_landmark``: it is not there.
    """
    if proof.extra is None:
        raise InvalidInputError("extra", "opening_form", "the opening of a certificate's issue")
    entry = entry_of(read_opening(proof.extra), token)
    fitting = [kept for kept in lists if kept.height == proof.height]
    able = [kept for kept in fitting if proof.index < kept.end]
    if not fitting:
        raise ProofError("other_height", f"no list has landmarks of height {proof.height}")
    if not able:
        message = "no list has a landmark over this certificate yet"
        raise ProofError("younger_than_landmarks", message)
    oldest = min(able, key=lambda kept: kept.end)
    proof.verify(entry, oldest)
    return oldest
