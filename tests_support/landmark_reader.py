"""A verifier that has nothing but SHA-256: no key, no signature, none of the project's code.

It is run as a program of its own, `python -I landmark_reader.py LANDMARKS PROOF TOKEN`. It prints
the index under which the log has the issue of exactly this token, or ends with 1. That the list was
believed once is its owner's word: here it is taken.
"""

import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import cbor2

SIGNING = frozenset({"cryptography", "ssl", "keys", "ledger", "verify_api"})
"""What could check a signature, or belongs to the project."""


def hashed(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts together."""
    return sha256(b"".join(parts)).digest()


def framed(*parts: bytes) -> bytes:
    """Return each part behind its length as a big-endian u32."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def meaning(event: bytes, topic: str, body: bytes, sealed: list[bytes]) -> bytes:
    """Return the second digest of an entry."""
    return hashed(hashed(event, b"\x82", cbor2.dumps(topic), body), *sealed)


def entry_of(opening: bytes, token: bytes) -> bytes:
    """Return the log's entry that the opening ties to the token."""
    version, stream, number, event, state, row, sealed, body, meanings = cbor2.loads(opening)
    assert version == 1
    assert cbor2.loads(body)["token_digest"] == hashed(token)
    before = b"\x01" + row + meaning(sealed, "certificate.sealed/1", body, meanings)
    _, own_body, envelope, _ = cbor2.loads(state)
    assert envelope[-1] == hashed(before)
    topic = "certificate.issued/1"
    own_row = hashed(framed(stream, number.to_bytes(8), topic.encode(), event, state))
    return b"\x01" + own_row + meaning(event, topic, cbor2.dumps(own_body), [])


def main(landmarks: str, proof: str, token: str) -> int:
    """Return the index, if the way from the paper's entry leads to the landmark that is kept."""
    listed, head, *_ = Path(landmarks).read_text("utf-8").split("\n\n")
    _, _, *kept = listed.split("\n")
    lines = Path(proof).read_text("ascii").splitlines()
    _, extra, height, index, *way = [line.split(" ")[-1] for line in lines]
    at, node = int(index), hashed(b"\x00", entry_of(b64decode(extra), Path(token).read_bytes()))
    landmark = at >> int(height)
    assert len(way) == int(height)
    assert landmark < int(head.split("\n")[1]) >> int(height)
    for level, part in enumerate(map(b64decode, way)):
        pair = (part, node) if at >> level & 1 else (node, part)
        node = hashed(b"\x01", *pair)
    assert node == b64decode(kept[landmark])
    return at


if __name__ == "__main__":
    index = main(*sys.argv[1:])
    assert SIGNING.isdisjoint(sys.modules), "nothing here could have checked a signature"
    sys.stdout.write(f"{index}\n")
