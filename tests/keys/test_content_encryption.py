import json
import os
import zlib
from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from keys.content_encryption import LARGEST_COMPRESSED, NotDecryptedError, decrypt, encrypt

KEY = bytes(range(32))
FHIR = "application/fhir+json"


def parts(text: bytes) -> list[bytes]:
    return [urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in text.split(b".")]


@given(st.binary(max_size=2_000))
def test_what_was_encrypted_comes_back(content: bytes) -> None:
    assert decrypt(encrypt(content, KEY, content_type=FHIR), KEY) == content


def test_another_reader_with_the_key_alone_can_read_it() -> None:
    """Nothing but RFC 7516 and the key: the header, one AES-GCM call, one raw inflate."""
    text = encrypt(b'{"resourceType":"Bundle"}', KEY, content_type=FHIR)
    header, no_key, nonce, ciphertext, tag = parts(text)
    said = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": FHIR}
    assert json.loads(header) == said
    assert no_key == b""
    plain = AESGCM(KEY).decrypt(nonce, ciphertext + tag, text.split(b".")[0])
    assert zlib.decompress(plain, wbits=-15) == b'{"resourceType":"Bundle"}'


def test_what_inflates_to_more_than_readers_take_is_not_compressed() -> None:
    large = os.urandom(1_000) * (LARGEST_COMPRESSED // 1_000 + 1)
    text = encrypt(large, KEY, content_type=FHIR)
    assert "zip" not in json.loads(parts(text)[0])
    assert decrypt(text, KEY) == large


def test_the_same_content_never_looks_the_same_twice() -> None:
    assert len({encrypt(b"mau", KEY, content_type=FHIR) for _ in range(20)}) == 20


@pytest.mark.parametrize("place", range(0, 200, 7))
def test_a_changed_text_is_not_read(place: int) -> None:
    text = encrypt(b"a" * 200, KEY, content_type=FHIR)
    place %= len(text)
    changed = text[:place] + (b"A" if text[place : place + 1] != b"A" else b"B") + text[place + 1 :]
    with pytest.raises(NotDecryptedError):
        decrypt(changed, KEY)


@pytest.mark.parametrize("text", [b"", b"....", b"a.b.c", b"not a jwe", b"\xff\xfe"])
def test_what_is_no_jwe_is_refused(text: bytes) -> None:
    with pytest.raises(NotDecryptedError):
        decrypt(text, KEY)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotDecryptedError):
        decrypt(encrypt(b"mau", KEY, content_type=FHIR), bytes(32))


def test_an_algorithm_that_a_text_names_itself_is_not_taken() -> None:
    text = encrypt(b"mau", KEY, content_type=FHIR)
    weak = b"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0"  # {"alg":"dir","enc":"A128GCM"}
    with pytest.raises(NotDecryptedError):
        decrypt(b".".join([weak, *text.split(b".")[1:]]), KEY)
