"""What landmarks cost: the list, a proof to one, checking it, and how large a code it would be.

The log is a stored one of a million leaves; the certificates are those of a ledger of its own, so
that openings have their real size. A check by landmarks is timed in turn with one raw P-256
verification of the library.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.issued import Town
from benchmarks.log import AT, Counting, filled
from benchmarks.table import Row, interleaved, median_ratio
from benchmarks.verify import raw_verification
from keys.algorithms import ED25519, ML_DSA_44, PrivateKey
from ledger.certificates.qr_text import from_qr_text, to_qr_text
from ledger.paper.qr_code import encode
from ledger.paper.symbol import MODULE_PITCH_MM, Level
from ledger.store.log_store import LogStore
from ledger.store.opening import Opening, entry_of, open_issue
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.landmark_log import LandmarkLog, prove_to_landmark
from ledger.transparency.landmark_proof import LandmarkProof, parse_landmark_proof
from ledger.transparency.landmarks import LandmarkList, Landmarks, read_landmarks, whole_and_edge
from ledger.transparency.log import PublishedHead, prove
from ledger.transparency.merkle import HASH_BYTES, leaf_hash, root_by_inclusion
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    NoteKey,
    write_note,
)
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.receipt import sign_receipt
from ledger.transparency.tiles import HEIGHT
from tests_support.signed_certificates import signed
from verify_api.held_landmark import proven_by_landmark

MILLION, BILLION = 1_000_000, 1_000_000_000
HEIGHTS = (14, 17)
CERTIFICATES = 20
BLOCK, ROUNDS = 20, 300
BUILDS = 5
HOST = "verify.example"
LARGEST_MB = 3.0
"""Of the list of a billion entries at height 14: what a verifier keeps, and fetches once."""
ORIGIN = "verify.example/log"


@dataclass(frozen=True, slots=True)
class Sample:
    """One certificate with its proof, and who keeps the landmark that it leads to."""

    token: bytes
    opening: Opening
    proof: LandmarkProof
    kept: Landmarks


def signer(name: str, kind: int) -> NoteSigner:
    """Return a new key for notes."""
    private = PrivateKey.generate(ML_DSA_44 if kind == ML_DSA_44_SUBTREE else ED25519)
    return NoteSigner(NoteKey(name, kind, private.public), private.sign)


class Signers:
    """A log's two keys, and two witnesses that have one each."""

    def __init__(self) -> None:
        """Make the keys."""
        self.own = [signer(ORIGIN, kind) for kind in (ED25519_NOTE, ML_DSA_44_SUBTREE)]
        self.witnesses = [signer(f"w{one}.example", ED25519_COSIGNATURE) for one in range(2)]

    def note(self, size: int, root: bytes) -> bytes:
        """Return a head, signed by all."""
        head = Checkpoint(ORIGIN, size, root)
        lines = [sign(head, one) for one in self.own]
        lines += [sign(head, one, AT) for one in self.witnesses]
        return write_note(Note(head.text, tuple(lines)))

    @property
    def policy(self) -> Policy:
        """Ask for all of them."""
        own = "".join(f"log {one.key.vkey}\n" for one in self.own)
        named = "".join(f"witness w{n} {one.key.vkey}\n" for n, one in enumerate(self.witnesses))
        return parse_policy(f"{own}{named}group g all w0 w1\nquorum g\n")


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    signers = Signers()
    yield from _sizes_of_lists(signers)
    with tempfile.TemporaryDirectory() as name:
        log, head = _published(Path(name) / "log.db", signers)
        yield from _building(log, signers)
        yield from _proofs(log, head, signers)
        log.close()
    samples = _samples()
    yield _checking(samples)
    yield from _codes(samples)


def _published(path: Path, signers: Signers) -> tuple[LogStore, PublishedHead]:
    log, head = filled(path, MILLION)
    head = head._replace(note=signers.note(MILLION, head.root))
    log.publish(head)
    return log, head


def _sizes_of_lists(signers: Signers) -> Iterator[Row]:
    """Count bytes of whole files; the hashes in them are any, the numbers those of the sizes."""
    for height in HEIGHTS:
        million, billion = (_file(size, height, signers) for size in (MILLION, BILLION))
        hashes = whole_and_edge(BILLION, height)[0] * HASH_BYTES / 1e6
        yield Row(
            f"list of landmarks of height {height} for a billion entries, as a file",
            f"{billion / 1e6:.2f} MB ({hashes:.2f} MB of hashes kept)",
            f"{million / 1e3:.1f} kB for a million",
            billion / 1e6 / LARGEST_MB, 1.0, at_most=True,
        )  # fmt: skip


def _file(size: int, height: int, signers: Signers) -> int:
    count = sum(whole_and_edge(size, height))
    any_hash = bytes(HASH_BYTES)
    return len(LandmarkList(height, (any_hash,) * count, signers.note(size, any_hash)).write())


def _building(log: LogStore, signers: Signers) -> Iterator[Row]:
    """Build the list from stored tiles, and read it as a verifier does."""
    for height in HEIGHTS:
        counting, spent = Counting(log), []
        found = LandmarkLog(counting, height).newest()  # type: ignore[arg-type]
        assert found is not None
        for _ in range(BUILDS):
            start = time.perf_counter()
            LandmarkLog(log, height).newest()
            spent.append(time.perf_counter() - start)
        data = found.write()
        start = time.perf_counter()
        read_landmarks(data, signers.policy)
        read = time.perf_counter() - start
        levels = -(-MILLION.bit_length() // HEIGHT)
        spanned = 1 << HEIGHT * (height // HEIGHT + 1)  # by a tile of the level that has them
        least = -(-(found.count << height) // spanned)
        yield Row(
            f"tiles read to list {found.count} landmarks of height {height} of a million entries",
            f"{counting.read} in {median(spent) * 1e3:.1f} ms (checked completely in "
            f"{read * 1e3:.1f} ms)",
            f"{least} that hold them, {levels} of the right edge", counting.read / (least + levels),
            1.0, at_most=True,
        )  # fmt: skip


def _proofs(log: LogStore, head: PublishedHead, signers: Signers) -> Iterator[Row]:
    """Compare what lies beside a certificate, all without an opening, in the middle of the log."""
    index = MILLION // 2 + 12_345
    under_head = prove(log, index, head)
    key = signers.own[0]
    receipt = sign_receipt(
        index, head.size, head.root, under_head.hashes, key=key.key.public, sign=key.sign
    ).write()
    held = len(under_head.write())
    floor = f"{held} of a .tlog-proof, 2 log keys and 2 witnesses"
    for height in HEIGHTS:
        proof = prove_to_landmark(log, index, height)
        assert proof is not None
        yield Row(
            f"proof to a landmark of height {height}, bytes (in text)",
            f"{len(proof.write_binary())} ({len(proof.write())})",
            floor, len(proof.write()) / held, 1.0, at_most=True,
        )  # fmt: skip
    yield Row(
        "COSE receipt of a million entries, bytes", f"{len(receipt)}",
        floor, len(receipt) / held, 1.0, at_most=True,
    )  # fmt: skip


def _samples() -> list[Sample]:
    """Return certificates of a real ledger, each as the leaf of a subtree of height 14."""
    with tempfile.TemporaryDirectory() as name:
        town = Town(Path(name))
        issued = town.issue(CERTIFICATES)
        opened = [open_issue(town.system.facts, one.id)[1] for one in issued]
        town.close()
    tokens = [from_qr_text(one.text) for one in issued]
    return [_sample(token, opening) for token, opening in zip(tokens, opened, strict=True)]


def _sample(token: bytes, opening: Opening) -> Sample:
    height, index = HEIGHTS[0], 12_345
    way = tuple([leaf_hash(bytes([number])) for number in range(height)])
    leaf = leaf_hash(entry_of(opening, token))
    root = root_by_inclusion(index, 1 << height, leaf, way)
    proof = LandmarkProof(index, way, opening.write())
    return Sample(token, opening, proof, Landmarks(ORIGIN, height, (root,), AT))


def _checking(samples: list[Sample]) -> Row:
    sample = samples[0]
    text, lists = sample.proof.write(), (sample.kept,)
    assert proven_by_landmark(sample.proof, sample.token, lists) is sample.kept

    def by_landmark() -> None:
        for _ in range(BLOCK):
            proven_by_landmark(parse_landmark_proof(text), sample.token, lists)

    raw = raw_verification(signed())

    def by_signature() -> None:
        for _ in range(BLOCK):
            raw()

    ours, floor = interleaved(by_landmark, by_signature, rounds=ROUNDS, cpu=True)
    return Row(
        "check by a landmark, proof and opening read, against one raw P-256 verification",
        f"{min(ours) / BLOCK * 1e6:.0f} µs", f"{min(floor) / BLOCK * 1e6:.0f} µs",
        median_ratio(ours, floor), 1.0, at_most=True,
    )  # fmt: skip


def _codes(samples: list[Sample]) -> Iterator[Row]:
    """Measure the codes that a paper could bear; the longest of the samples counts."""
    sample = max(samples, key=lambda one: len(one.token) + len(one.proof.write_binary()))
    way = LandmarkProof(sample.proof.index, sample.proof.hashes).write_binary()
    opening = sample.opening.write()
    least = _sealed_parts(sample.opening)
    forms = {
        "the token as it is printed": sample.token,
        "index, way and the least that opens the sealed entry, beside the token": way + least,
        "the same and the token in one code": sample.token + way + least,
        "index, way and the opening of the issue, beside the token": way + opening,
        "the same and the token in one code, the whole offline proof": sample.token + way + opening,
    }
    for what, content in forms.items():
        yield _code(what, content)


def _sealed_parts(opening: Opening) -> bytes:
    """Return what the *sealed* fact's entry is made of, but for the token's digest."""
    return b"".join((opening.sealed_row, opening.sealed_event.bytes, *opening.sealed_meanings))


def _code(what: str, content: bytes) -> Row:
    symbols = [encode(to_qr_text(content, HOST), level, mask=0) for level in (Level.M, Level.Q)]
    sides = [symbol.size * MODULE_PITCH_MM for symbol in symbols]
    return Row(
        f"code with {what}: {len(content)} bytes",
        " / ".join(f"v{symbol.version} {symbol.level.value}" for symbol in symbols)
        + f", {sides[0]:.0f} / {sides[1]:.0f} mm at {MODULE_PITCH_MM} mm a module",
        "40 mm on A4", sides[0] / 40.0, None, at_most=True,
    )  # fmt: skip
