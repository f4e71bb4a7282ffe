"""What outsiders hold against what is there: heads of files, witnesses and memory; proofs."""

from collections.abc import Callable, Iterator, Sequence

from ledger.audit.evidence import HeldProof
from ledger.audit.findings import Finding, Severity
from ledger.audit.heads import KnownHead, OutsideHead, outside_head
from ledger.audit.rows import RowSource
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.policy_history import Policies
from ledger.transparency.proof import TlogProof, parse_proof

RootAt = Callable[[int], bytes | None]
"""Returns the root of the tree of so many leaves, None where it is not known."""


def known_heads(
    given: Sequence[OutsideHead], policies: Policies
) -> tuple[list[KnownHead], list[Finding]]:
    """Return the heads that the log has signed, and what is wrong with the others."""
    known: list[KnownHead] = []
    findings: list[Finding] = []
    for one in given:
        judged = outside_head(one, policies)
        if isinstance(judged, Finding):
            findings.append(judged)
        else:
            known.append(judged)
    return known, findings


def read_proofs(given: Sequence[HeldProof]) -> tuple[list[tuple[str, TlogProof]], list[Finding]]:
    """Return the proofs that can be read, and what is wrong with the others."""
    proofs: list[tuple[str, TlogProof]] = []
    findings: list[Finding] = []
    for name, data in given:
        try:
            proofs.append((name, parse_proof(data)))
        except InvalidInputError as error:
            place: dict[str, str | int] = {"file": name}
            code = f"C8.{error.rule}"
            findings.append(Finding(code, Severity.ERROR, place, error.expected, "another form"))
    return proofs, findings


def head_findings(known: Sequence[KnownHead], end: int, root_at: RootAt) -> Iterator[Finding]:
    """Yield heads of trees that are not, or not any more, the beginning of this one.

    Args:
        known: Heads that the log has signed.
        end: Leaves that there are now.
        root_at: Roots of this tree.
    """
    for name, checkpoint in known:
        place: dict[str, str | int] = {"file": name, "size": checkpoint.size}
        if checkpoint.size > end:
            yield Finding(
                "C4.rollback", Severity.CRITICAL, place,
                f"at least {checkpoint.size} entries", f"{end}",
            )  # fmt: skip
            continue
        root = root_at(checkpoint.size)
        if root is not None and root != checkpoint.root:
            yield Finding(
                "C4.root", Severity.CRITICAL, place,
                "a tree that begins with the one that this head is of", "another tree",
            )  # fmt: skip


def proof_findings(
    proofs: Sequence[tuple[str, TlogProof]], policies: Policies, rows: RowSource
) -> Iterator[Finding]:
    """Yield proofs in holders' hands that do not lead from the entry that is there now."""
    for name, proof in proofs:
        place: dict[str, str | int] = {
            "file": name, "position": proof.index + 1, "index": proof.index,
        }  # fmt: skip
        row = rows.at(proof.index + 1)
        if row is None or type(row.entry) is not bytes:
            yield Finding("C8.missing", Severity.CRITICAL, place, "the entry of the proof", "none")
            continue
        try:
            proof.verify(row.entry, policies.for_note(proof.checkpoint))
        except (ProofError, InvalidInputError) as error:
            yield Finding(
                f"C8.{error.rule}", Severity.CRITICAL, place,
                "an entry that the proof leads from to its head", "another entry, head or path",
            )  # fmt: skip
