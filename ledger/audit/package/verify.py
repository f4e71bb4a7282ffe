"""Check an evidence package of a records ledger. One file; needs Python 3.11 and `cryptography`.

    python3 -I verify.py PACKAGE [--key VKEY] [--policy FILE] [--json]

PACKAGE is the folder or the .zip as it was handed over; the folder of this file if left out.
VKEY is the exporter's public key, FILE the policy of the log: both from a source of your own. Who
can forge a package can put a key, a policy and a copy of this program of his own into it, too.

    container   the .zip is, byte for byte, the one that these files make
    files       two manifests, two tag manifests: no file more, none less, none changed
    export      the note over the tag manifests is signed by VKEY
    head        the checkpoint is signed by the log and cosigned by a quorum of the policy
    facts       each row is the one that its 65-byte entry was made of, and so is what is opened
    streams     each fact names the entry of the fact before it; nothing that was promised lacks
    proofs      each entry stands in the log under that very head
    report      how many findings the enclosed report of an audit names

Exit codes: 0 all is right, 1 something is wrong, 2 something could not be checked, 3 usage.

A second implementation: it shares no code with the ledger that it judges. Sources: RFC 8493; C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy, tlog-proof; RFC 9162; RFC 8949.
"""
# ruff: noqa: PLR2004  (the numbers are those of the formats that are named beside them)

import argparse
import json
import re
import struct
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KINDS: dict[int, Any] = {1: Ed25519PublicKey, 4: Ed25519PublicKey}
"""Kinds of signature: 1 over a note, 4 a witness's over a head, 6 ML-DSA-44 over a head."""
try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # a `cryptography` before ML-DSA: said, and never passed over in silence
    POST_QUANTUM = False
else:
    POST_QUANTUM = True
    KINDS[6] = MLDSA44PublicKey

HASHES = {"sha256": sha256, "sha512": sha512}
TAG_MANIFESTS = {f"tagmanifest-{name}.txt": make for name, make in HASHES.items()}
NOTE = "tagmanifest-sha256.note"
FIELDS = [
    "position", "index", "event_id", "stream", "version", "topic", "recorded_at", "state", "entry",
]  # fmt: skip
"""Of a row; and "opening" after them, where something is opened."""
NOTE_HEAD = "records-ledger evidence package v1"
FACTS, HEAD, POLICY, REPORT = "data/facts.jsonl", "data/checkpoint", "data/policy", "data/report"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LARGEST = 1 << 30
"""Bytes of a package; more is not read."""
USAGE = 3
VERDICTS = (
    "All is right.",
    "Something is wrong: what, stands in the lines above that begin with WRONG.",
    "Nothing is wrong, and not everything was checked.",
)
"""By exit code."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MALFORMED = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What reading bytes of another form raises: a finding, like a wrong hash, and never a crash."""


class WrongError(ValueError):
    """Something is not what it must be."""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    wrong: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 where something is wrong, 2 where something was not checked, else 0."""
        return 1 if self.wrong else 2 if self.unchecked else 0

    @contextmanager
    def checking(self, what: str) -> Iterator[None]:
        """Note what goes wrong, and go on with the rest."""
        try:
            yield
        except WrongError as error:
            self.wrong.append(f"{what}: {error}")
        except MALFORMED:
            self.wrong.append(f"{what}: not of the form that it must have")


def require(holds: object, otherwise: str) -> None:
    """Refuse unless it holds."""
    if not holds:
        raise WrongError(otherwise)


def unbase64(text: str) -> bytes:
    """Return the bytes that ``text`` writes in base64's one form."""
    data = b64decode(text, validate=True)
    require(b64encode(data).decode() == text, "base64 in another form than its one")
    return data


# The bag: a folder, or a .zip of stored files in order, without times. Source: RFC 8493.


def read_package(path: Path, outcome: Outcome) -> dict[str, bytes]:
    """Return the files of the folder or .zip, by their paths in the bag."""
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
        require(all(one.is_file() and not one.is_symlink() for one in found), "not a file")
        require(sum(one.stat().st_size for one in found) <= LARGEST, "larger than 1 GiB")
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    require(path.stat().st_size <= LARGEST, "larger than 1 GiB")
    data = path.read_bytes()
    files = unzip(data)
    top = next(iter(files), "").partition("/")[0] + "/"
    with outcome.checking("container"):
        require(all(name.startswith(top) for name in files), "more than one folder in the .zip")
        require(zip_of(files) == data, "not as it was exported: unpack it, check the folder")
        outcome.right.append("container: the .zip is the one that these files make")
    return {name.removeprefix(top): content for name, content in files.items()}


def unzip(data: bytes) -> dict[str, bytes]:
    """Return the stored files at the head of a .zip; `zip_of` shows whether that was all of it."""
    files, at = {}, 0
    while data[at : at + 4] == b"PK\x03\x04":
        size, name_size = struct.unpack_from("<I H", data, at + 22)
        name, start = data[at + 30 : at + 30 + name_size], at + 30 + name_size
        files[name.decode("ascii")] = data[start : start + size]
        at = start + size
    return files


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return the one .zip of these files: stored, sorted, of the first day that a .zip can name."""
    body, directory = bytearray(), bytearray()
    for name, content in sorted(files.items()):
        path, size = name.encode("ascii"), len(content)
        about = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc32(content), size, size, len(path), 0)
        owner = struct.pack("<3H2I", 0, 0, 0, 0o100600 << 16, len(body))
        directory += b"PK\x01\x02\x14\x03" + about + owner + path
        body += b"PK\x03\x04" + about + path + content
    end = struct.pack("<4H2IH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def check_files(files: Mapping[str, bytes], outcome: Outcome) -> None:
    """Hold every file against both manifests of its kind, and these against the files."""
    tags = {name for name in files if not name.startswith("data/")}
    payload = files.keys() - tags
    tags -= {NOTE, *TAG_MANIFESTS}
    for kind, listed in (("manifest", payload), ("tagmanifest", tags)):
        for algorithm, make in HASHES.items():
            name = f"{kind}-{algorithm}.txt"
            with outcome.checking(name):
                hashes = manifest(files[name].decode())
                require(not hashes.keys() - listed, f"no such file: {some(hashes.keys() - listed)}")
                require(not listed - hashes.keys(), f"not listed: {some(listed - hashes.keys())}")
                changed = {one for one in listed if make(files[one]).hexdigest() != hashes[one]}
                require(not changed, f"changed: {some(changed)}")
    with outcome.checking("bag-info.txt"):
        oxum = f"{sum(len(files[one]) for one in payload)}.{len(payload)}"
        require(told_of(files, "Payload-Oxum") == [oxum], f"expected Payload-Oxum {oxum}")


def manifest(text: str) -> dict[str, str]:
    """Return hashes by path, of a file in which every line has one form."""
    lines = re.findall(r"([0-9a-f]+)  ([!-$&-~]+)\n", text)
    require("".join(f"{digest}  {path}\n" for digest, path in lines) == text, "a line's form")
    require(len({path for _, path in lines}) == len(lines), "a file is listed twice")
    return {path: digest for digest, path in lines}


def some(names: set[str]) -> str:
    """Return a few names, for a message."""
    return ", ".join(sorted(names)[:3]) + (" ..." if len(names) > 3 else "")


def told_of(files: Mapping[str, bytes], label: str) -> list[str]:
    """Return the values of a label in bag-info.txt."""
    lines = files["bag-info.txt"].decode().splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{label}: ")]


# Keys, notes and heads. Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.


class Key(NamedTuple):
    """A public key under its holder's name."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """A hint which key, four bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]


def read_key(text: str) -> Key:
    """Return the key that ``<name>+<id>+<base64>`` writes."""
    name, key_id, encoded = text.split("+", 2)
    kind, *raw = unbase64(encoded)
    key = Key(name, kind, bytes(raw))
    require(key.id.hex() == key_id and kind in {1, 4, 6}, "not a key with an id of its own")
    return key


class Note(NamedTuple):
    """A text, and lines of (name, key id, signature)."""

    text: str
    lines: list[tuple[str, bytes, bytes]]


def read_note(data: bytes) -> Note:
    """Return the parts of a note; nothing of it is verified."""
    require(min(data.replace(b"\n", b" ")) >= 32, "a control character in a note")
    text, blank, below = data.decode().rpartition("\n\n")
    require(blank and below.endswith("\n"), "a note is a text, an empty line, signature lines")
    lines = []
    for line in below[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        require(dash == "\u2014" and name, "a signature line is: dash, name, base64")
        blob = unbase64(encoded)
        lines.append((name, blob[:4], blob[4:]))
    return Note(text + "\n", lines)


def signed_at(key: Key, blob: bytes, text: str) -> int:
    """Return the time that a good signature names, 0 for none; refuse one that is not the key's."""
    time = 0 if key.kind == 1 else int.from_bytes(blob[:8])
    if key.kind not in KINDS:
        return time
    try:
        public = KINDS[key.kind].from_public_bytes(key.raw)
        public.verify(blob if key.kind == 1 else blob[8:], message(key, text, time))
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise WrongError(f"a signature that is not by {key.name}") from error
    require(time or key.kind != 4, f"a cosignature without a time by {key.name}")
    return time


def message(key: Key, text: str, time: int) -> bytes:
    """Return what a key of this kind signs of a note's text."""
    if key.kind == 1:
        return text.encode()
    if key.kind == 4:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    origin, size, root = read_checkpoint(text)
    name, log = key.name.encode(), origin.encode()
    return b"".join((
        b"subtree/v1\n\0", bytes([len(name)]), name, time.to_bytes(8), bytes([len(log)]), log,
        bytes(8), size.to_bytes(8), root,
    ))  # fmt: skip


def read_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Return origin, size and root."""
    origin, size, root, *_ = text.removesuffix("\n").split("\n")
    require(origin and len(unbase64(root)) == 32, "no checkpoint")
    return origin, number(size), unbase64(root)


def number(text: str) -> int:
    """Return the number that ``text`` writes in its one form."""
    require(re.fullmatch(r"0|[1-9][0-9]{0,18}", text), "a number in another form than its one")
    return int(text)


def check_export(files: Mapping[str, bytes], key: Key | None, outcome: Outcome) -> None:
    """Hold the note against the tag manifests, and its signature against ``key``."""
    note = read_note(files[NOTE])
    package = told_of(files, "External-Identifier")
    hashes = [f"{b64encode(sha256(files[one]).digest()).decode()} {one}" for one in TAG_MANIFESTS]
    expected = "\n".join((NOTE_HEAD, *package, *hashes, ""))
    require(note.text == expected, "the note is about other tag manifests")
    if key is None:
        outcome.unchecked.append("export: nobody's signature was asked for (--key)")
        return
    require(key.kind == 1, "the key of an exporter is of kind 1 (Ed25519)")
    blobs = [blob for name, key_id, blob in note.lines if (name, key_id) == (key.name, key.id)]
    require(blobs, f"not signed by {key.name}")
    for blob in blobs:
        signed_at(key, blob, note.text)
    outcome.right.append(f"export: signed by {key.name}")


@dataclass(slots=True)
class Policy:
    """Which logs and witnesses count: witnesses are keys, groups are a number and names."""

    logs: list[Key] = field(default_factory=list)
    until: dict[Key, int] = field(default_factory=dict)
    """Of a log's key that was retired: leaves of the largest head that it counts for."""
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def complete_at(self, name: str, times: Mapping[Key, int]) -> int | None:
        """Return when this witness had cosigned, or enough of this group's members had."""
        if name in self.witnesses:
            return times.get(self.witnesses[name])
        needed, members = self.groups[name]
        reached = [self.complete_at(member, times) for member in members]
        known = sorted(at for at in reached if at is not None)
        return known[needed - 1] if len(known) >= needed else None


def read_policy(text: str) -> Policy:
    """Return the policy; a name is known only below the line that defines it."""
    policy = Policy()
    for line in text.split("\n"):
        words = re.findall(r"[^ \t]+", line)
        if words and (words[0] == "#:" or not words[0].startswith("#")):
            read_line(policy, words)
    require(policy.quorum, "a policy without a quorum")
    return policy


def read_line(policy: Policy, words: list[str]) -> None:
    """Take one line into the policy."""
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            key = read_key(vkey)
            require(key.kind in {1, 6} and key not in policy.logs, "not a log's key, or one twice")
            policy.logs.append(key)
        case ["#:", "log-until", size, short]:
            ended = [key for key in policy.logs if f"{key.name}+{key.id.hex()}" == short]
            require(len(ended) == 1 and ended[0] not in policy.until, "the end of another key")
            policy.until[ended[0]] = number(size)
        case ["witness", name, vkey] | ["witness", name, vkey, _]:
            key = read_key(vkey)
            require(key.kind in {4, 6} and free(policy, name), "not a witness of its own name")
            require(all(one.raw != key.raw for one in policy.witnesses.values()), "one key twice")
            policy.witnesses[name] = key
        case ["group", name, needed, *members] if members and free(policy, name):
            count = {"any": 1, "all": len(members)}.get(needed) or number(needed)
            grouped = [one for _, others in policy.groups.values() for one in others]
            require(0 < count <= len(members), "a group's number fits its members")
            require(len({*grouped, *members}) == len(grouped) + len(members), "grouped twice")
            require({*members} <= {*policy.witnesses, *policy.groups}, "an unknown member")
            policy.groups[name] = (count, members)
        case ["quorum", name] if not policy.quorum:
            require(name == "none" or not free(policy, name), "an unknown quorum")
            policy.quorum = name
        case _:
            raise WrongError("a line that no policy has")


def free(policy: Policy, name: str) -> bool:
    """Whether no witness and no group has this name."""
    return name not in {"none", *policy.witnesses, *policy.groups}


class Head(NamedTuple):
    """A believed head of the log."""

    size: int
    root: bytes
    note: bytes


def check_head(files: Mapping[str, bytes], policy: Policy, outcome: Outcome) -> Head:
    """Return the head of the package, signed by the log and cosigned by the policy's quorum."""
    note = read_note(files[HEAD])
    origin, size, root = read_checkpoint(note.text)
    own = [key for key in policy.logs if key.name == origin]
    require(own, "the policy names no such log")
    keys = {(key.name, key.id): key for key in (*own, *policy.witnesses.values())}
    times: dict[Key, int] = {}
    for name, key_id, blob in note.lines:
        key = keys.get((name, key_id))
        if key is not None:
            times.setdefault(key, signed_at(key, blob, note.text))
    counting = [key for key in own if size <= policy.until.get(key, size)]
    kinds = {key.kind for key in counting}
    signed = {key.kind for key in counting if key in times}
    require(counting and signed == kinds, "the log has not signed with a key of each kind")
    if not POST_QUANTUM and any(key.kind == 6 for key in keys.values()):
        outcome.unchecked.append("head: ML-DSA-44 signatures: this `cryptography` has none")
    at = None
    if policy.quorum != "none":
        at = policy.complete_at(policy.quorum, {key: time for key, time in times.items() if time})
        require(at is not None, "fewer witnesses have cosigned than the policy asks for")
    seen = f"its quorum had it at {EPOCH + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}" if at else ""
    outcome.right.append(f"head: {origin}, {size} entries; {seen or 'no witness is asked for'}")
    return Head(size, root, files[HEAD])


# Facts. `state` is CBOR [1, body, envelope, sealed parts by purpose]; an entry is 01, the hash of
# the row, and the hash of what it means.


class Fact(NamedTuple):
    """One row, as far as what follows needs it."""

    position: int
    leaf: int
    stream: str
    version: int
    previous: bytes | None
    """SHA-256 of the entry of the stream's fact before."""
    entry: bytes
    is_open: bool
    """Whether the entry's second hash was checked, too."""


def read_fact(row: Mapping[str, Any]) -> Fact:
    """Return the fact of a row that is the one its entry was made of."""
    require([*row] in (FIELDS, [*FIELDS, "opening"]), "other fields than a row has")
    stream, event = UUID(row["stream"]).bytes, UUID(row["event_id"]).bytes
    state, entry, topic = unbase64(row["state"]), unbase64(row["entry"]), row["topic"]
    parts = (stream, row["version"].to_bytes(8), topic.encode(), event, state)
    stored = sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).digest()
    require(len(entry) == 65 and entry[:33] == b"\x01" + stored, "not the row of its entry")
    require(state[:2] == b"\x84\x01", "a state of another version")
    _, body_end = cbor(state, 2)
    envelope, envelope_end = cbor(state, body_end)
    sealed, end = cbor(state, envelope_end)
    recorded = datetime.fromisoformat(row["recorded_at"]) - EPOCH
    told = [event, recorded // timedelta(microseconds=1), row["position"]]
    require([*envelope[:2], row["index"] + 1] == told and end == len(state), "not told as stored")
    is_open = not sealed or "opening" in row
    if is_open:
        opening = row.get("opening", {})
        require(opening.keys() == sealed.keys(), "not every sealed part is opened")
        clear = sha256(event + b"\x82" + cbor_text(topic) + state[2:body_end]).digest()
        meanings = [meaning(one) for _, one in sorted(opening.items())]
        require(entry[33:] == sha256(b"".join((clear, *meanings))).digest(), "not what was meant")
    return Fact(row["position"], row["index"], row["stream"], row["version"], envelope[13],
                entry, is_open)  # fmt: skip


def meaning(part: Mapping[str, str]) -> bytes:
    """Return what an opened part gives to the entry's second hash."""
    salt, plaintext = unbase64(part["salt"]), unbase64(part["plaintext"])
    require(len(part) == 2 and len(salt) == 16, "an opening is a salt of 16 bytes and a plaintext")
    fields, end = cbor(plaintext, 0)
    require(isinstance(fields, dict) and end == len(plaintext), "an opened part is one map")
    return sha256(salt + plaintext).digest()


def cbor(data: bytes, at: int) -> tuple[Any, int]:
    """Return the item at ``at`` and where it ends; only what states are made of. RFC 8949, 3."""
    major, count = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True, 22: None}[count], at
    if count >= 24:
        width = {24: 1, 25: 2, 26: 4, 27: 8}[count]
        count, at = int.from_bytes(data[at : at + width]), at + width
    if major < 2:
        return (-1 - count if major else count), at
    if major < 4:
        part = data[at : at + count]
        require(len(part) == count, "a state that ends early")
        return (part.decode() if major == 3 else part), at + count
    require(major < 6, "a state with a tag")
    items = []
    for _ in range(count * (major - 3)):
        item, at = cbor(data, at)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2], strict=True))), at


def cbor_text(text: str) -> bytes:
    """Return the CBOR of a stored name: less than 256 bytes."""
    data = text.encode()
    return (bytes([0x60 | len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data


def check_facts(files: Mapping[str, bytes], outcome: Outcome) -> list[Fact]:
    """Return the facts whose rows are those of their entries."""
    facts = []
    lines = files[FACTS].decode().removesuffix("\n").split("\n")
    for at, line in enumerate(lines, 1):
        with outcome.checking(f"facts: line {at}"):
            row = json.loads(line)
            require(json.dumps(row, ensure_ascii=False) == line, "JSON in another form")
            facts.append(read_fact(row))
    opened = sum(one.is_open for one in facts)
    outcome.right.append(f"facts: {len(facts)} of {len(lines)} rows are those of their entries")
    if opened < len(facts):
        outcome.remarks.append(f"facts: {len(facts) - opened} have parts that are not opened here")
    with outcome.checking("facts"):
        positions = [one.position for one in facts]
        require(all(a < b for a, b in pairwise(positions)), "not each position once, in order")
        require(told_of(files, "Records-Facts") == [str(len(lines))], "fewer or more than told")
        for span in told_of(files, "Records-Range"):
            first, last = map(number, span.split(":"))
            require(positions == [*range(first, last + 1)], f"not all positions of {span}")
    return facts


def check_streams(files: Mapping[str, bytes], facts: Sequence[Fact], outcome: Outcome) -> None:
    """Hold each fact against the one before it in its stream."""
    streams: dict[str, dict[int, Fact]] = {}
    for one in facts:
        with outcome.checking(f"streams: position {one.position}"):
            known = streams.setdefault(one.stream, {})
            require(one.version not in known, "a second fact at one place of its stream")
            known[one.version] = one
    for stream, known in streams.items():
        for version, one in known.items():
            before = known.get(version - 1)
            expected = sha256(before.entry).digest() if before else one.previous
            with outcome.checking(f"streams: position {one.position}"):
                require((one.previous is None) == (version == 1), "not where its stream begins")
                require(one.previous == expected, "does not follow the fact before it")
        if max(known) - min(known) >= len(known):
            outcome.remarks.append(f"streams: {stream}: not all facts in between are here")
    whole = told_of(files, "Records-Whole-Stream")
    for stream in whole:
        known = streams.get(stream, {})
        with outcome.checking(f"streams: {stream}"):
            require(known and max(known) == len(known), "not whole: facts are missing")
    outcome.right.append(f"streams: {len(streams)} looked at, {len(whole)} told as whole")


def check_proofs(
    files: Mapping[str, bytes], facts: Sequence[Fact], head: Head, outcome: Outcome
) -> None:
    """Hold every entry against its proof, and the proof against the head."""
    expected = {f"data/proofs/{one.leaf}.tlog-proof": one for one in facts}
    given = {name for name in files if name.startswith("data/proofs/")}
    if not given:
        outcome.unchecked.append("proofs: the package has none")
        return
    with outcome.checking("proofs"):
        require(given == expected.keys(), "not one for each fact")
    proven = 0
    for name, one in [(name, one) for name, one in expected.items() if name in given]:
        with outcome.checking(f"proofs: {one.leaf}"):
            above, blank, note = files[name].partition(b"\n\n")
            kind, index, *hashes = above.decode("ascii").split("\n")
            told = ("c2sp.org/tlog-proof@v1", f"index {one.leaf}")
            require((kind, index) == told and blank, "not the proof of this index")
            require(note == head.note, "under another head than the package's")
            leaf = sha256(b"\0" + one.entry).digest()
            root = root_above(leaf, one.leaf, head.size, [unbase64(hash_) for hash_ in hashes])
            require(root == head.root, "the entry is not in the log at this index")
            proven += 1
    outcome.right.append(f"proofs: {proven} of {len(facts)} entries under the head")


def root_above(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that the path leads to. RFC 9162, 2.1.3.2."""
    require(index < size and all(len(one) == 32 for one in path), "no such leaf, or no such path")
    place, last, root = index, size - 1, leaf
    for one in path:
        require(last, "a path longer than the tree is high")
        if place & 1 or place == last:
            root = sha256(b"\1" + one + root).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = sha256(b"\1" + root + one).digest()
        place, last = place >> 1, last >> 1
    require(not last, "a path shorter than the tree is high")
    return root


def check_report(files: Mapping[str, bytes], outcome: Outcome) -> None:
    """Count the findings of the enclosed report."""
    if f"{REPORT}.jsonl" not in files:
        outcome.remarks.append("report: the package has none")
        return
    lines = [json.loads(one) for one in files[f"{REPORT}.jsonl"].decode().splitlines()]
    if lines and "audit" in lines[0]:
        account = lines.pop(0)["audit"]
        require(account["findings"] == len(lines), "not as many findings as it says")
        outcome.remarks += [f"report: not audited: {one}" for one in account["unchecked"].values()]
    warnings = {one["code"] for one in lines if one["severity"] == "warning"}
    graver = {one["code"] for one in lines} - warnings
    if warnings:
        outcome.remarks.append(f"report: warnings: {some(warnings)}")
    require(not graver, f"the enclosed audit names {len(lines)} findings: {some(graver)}")
    outcome.right.append(f"report: {len(lines)} findings, none of them grave")


# All of it.


def check(
    files: Mapping[str, bytes], *, key: Key | None, policy: str | None, outcome: Outcome
) -> None:
    """Check a package's files by a key and a policy from outside; None where there is none."""
    before = len(outcome.wrong)
    with outcome.checking("files"):
        require(files.get("bagit.txt") == BAGIT, "no bag of BagIt 1.0")
        check_files(files, outcome)
        if len(outcome.wrong) == before:
            outcome.right.append(f"files: {len(files)}, none more, none less, none changed")
    with outcome.checking("export"):
        check_export(files, key, outcome)
    head = None
    with outcome.checking("head"):
        if policy is None:
            outcome.unchecked.append("head: by the package's own policy, which proves nothing "
                                     "(--policy)")  # fmt: skip
        elif policy.encode() != files.get(POLICY):
            outcome.remarks.append("head: the package's own policy is another one than --policy")
        believed = files[POLICY].decode() if policy is None else policy
        head = check_head(files, read_policy(believed), outcome)
    facts: list[Fact] = []
    with outcome.checking("facts"):
        facts = check_facts(files, outcome)
    with outcome.checking("streams"):
        check_streams(files, facts, outcome)
    with outcome.checking("proofs"):
        require(head, "there is no believed head to prove anything under")
        if head is not None:
            check_proofs(files, facts, head, outcome)
    with outcome.checking("report"):
        check_report(files, outcome)
    if any(name.startswith("data/tsr/") for name in files):
        outcome.remarks.append(
            "tsr: time stamps are for `openssl ts -verify -data data/checkpoint`"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the package that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py", description="Check an evidence package of a ledger."
    )
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", metavar="VKEY", help="the exporter's public key")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the policy of the log")
    parser.add_argument("--json", action="store_true", help="print JSON")
    try:
        said = parser.parse_args(arguments)
    except SystemExit as ended:  # argparse says what was wrong, and ends with 2
        return USAGE if ended.code else 0
    outcome = Outcome()
    try:
        key = None if said.key is None else read_key(said.key)
        policy = None if said.policy is None else said.policy.read_text("utf-8")
        if policy is not None:
            read_policy(policy)
    except (OSError, *MALFORMED):
        sys.stderr.write("expected --key <name>+<id>+<base64>, --policy FILE of a policy\n")
        return USAGE
    try:
        with outcome.checking("container"):
            check(read_package(said.package, outcome), key=key, policy=policy, outcome=outcome)
    except OSError as error:
        sys.stderr.write(f"{said.package}: {error.strerror}\n")
        return USAGE
    sys.stdout.write(as_json(outcome) if said.json else in_words(outcome))
    return outcome.exit_code


def as_json(outcome: Outcome) -> str:
    """Return what came of it, for machines."""
    told = {name: getattr(outcome, name) for name in Outcome.__slots__}
    return json.dumps({"exit_code": outcome.exit_code, **told}, indent=1) + "\n"


def in_words(outcome: Outcome) -> str:
    """Return what came of it, for people."""
    parts = (("ok           ", outcome.right), ("note         ", outcome.remarks),
             ("NOT CHECKED  ", outcome.unchecked), ("WRONG        ", outcome.wrong))  # fmt: skip
    # Escaped, because a package's own words must not pass for lines of this program.
    lines = [mark + line.encode("unicode_escape").decode() for mark, told in parts for line in told]
    return "\n".join((*lines, VERDICTS[outcome.exit_code], ""))


if __name__ == "__main__":
    sys.exit(main())
