import hmac
import os
from functools import reduce

import cbor2
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from hypothesis import given
from hypothesis import strategies as st

from keys.key_store_errors import CommitmentMismatchError, SealBrokenError
from keys.sealing import DataKey, commitment, key_id_of, seal_place
from keys.wrapping import unwrap, wrap

KEY = DataKey(bytes(range(32)))
STREAM = b"0123456789abcdef"
NONCE = b"twelve bytes"


def place(
    *,
    stream: bytes = STREAM,
    version: int = 3,
    topic: str = "certificate.issued/1",
    purpose: str = "identity",
    key_id: bytes = KEY.key_id,
) -> bytes:
    return seal_place(stream, version, topic, purpose, key_id)


def test_a_part_is_key_id_nonce_and_ciphertext_with_tag() -> None:
    part = KEY.seal(b"NGUYEN VAN MAU", place(), NONCE)
    assert part[:16] == KEY.key_id == key_id_of(part)
    assert part[16:28] == NONCE
    plain = AESGCM(bytes(range(32))).decrypt(NONCE, part[28:], place())
    assert plain == b"NGUYEN VAN MAU"


@given(
    st.binary(min_size=16, max_size=16), st.integers(0, 2**63 - 1), st.text(max_size=300),
    st.text(max_size=30), st.binary(min_size=16, max_size=16),
)  # fmt: skip
def test_the_place_is_a_deterministic_array_of_six(
    stream: bytes, version: int, topic: str, purpose: str, key_id: bytes
) -> None:
    expected = ["sealed/v1", stream, version, topic, purpose, key_id]
    built = seal_place(stream, version, topic, purpose, key_id)
    assert built == cbor2.dumps(expected, canonical=True)


@pytest.mark.parametrize("wrong", [b"", STREAM[:15], STREAM + b"0"])
def test_a_place_has_ids_of_sixteen_bytes(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        place(stream=wrong)
    with pytest.raises(ValueError, match="16 bytes"):
        place(key_id=wrong)


def test_the_commitment_is_an_hmac_and_the_key_id_its_beginning() -> None:
    secret = bytes(range(32))
    expected = hmac.digest(secret, b"ledger/dek-commit/v1", "sha256")
    assert commitment(secret) == KEY.commitment == expected
    assert KEY.key_id == expected[:16]


@given(st.binary(max_size=300), st.binary(min_size=12, max_size=12))
def test_what_is_sealed_opens_in_its_place(plaintext: bytes, nonce: bytes) -> None:
    assert KEY.open(KEY.seal(plaintext, place(), nonce), place()) == plaintext


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    part = bytearray(KEY.seal(b"the truth", place(), NONCE))
    bit = data.draw(st.integers(0, len(part) * 8 - 1))
    part[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(SealBrokenError):
        KEY.open(bytes(part), place())


@pytest.mark.parametrize(
    "elsewhere",
    [
        place(stream=b"fedcba9876543210"),
        place(version=4),
        place(topic="certificate.issued/2"),
        place(purpose="judicial"),
        place(key_id=bytes(16)),
        b"",
    ],
)
def test_a_moved_part_is_refused(elsewhere: bytes) -> None:
    part = KEY.seal(b"the truth", place(), NONCE)
    with pytest.raises(SealBrokenError, match="where it stands"):
        KEY.open(part, elsewhere)


def test_a_part_of_another_key_is_refused() -> None:
    part = DataKey(bytes(32)).seal(b"the truth", place(), NONCE)
    with pytest.raises(SealBrokenError, match="another key"):
        KEY.open(part, place())


@pytest.mark.parametrize("length", [0, 15, 43])
def test_too_few_bytes_are_no_part(length: int) -> None:
    with pytest.raises(SealBrokenError, match="too short"):
        key_id_of(bytes(length))


def test_a_wrapped_key_opens_only_in_its_place() -> None:
    cipher, secret = AESGCMSIV(bytes(32)), bytes(range(32))
    wrapped = wrap(cipher, secret, b"here", NONCE)
    assert len(wrapped) == 60
    assert unwrap(cipher, wrapped, b"here") == secret
    for other in (b"", wrapped[:30], wrapped[:-1] + b"\x00", wrapped):
        with pytest.raises(CommitmentMismatchError):
            unwrap(cipher, other, b"there")


def test_without_a_bound_place_a_swap_goes_through_unseen() -> None:
    """Negative control: what a stock cipher does, without associated data."""
    stock = AESGCM(bytes(range(32)))
    healthy, ill = (
        stock.encrypt(NONCE, b"healthy", None),
        stock.encrypt(b"other nonce!", b"ill", None),
    )
    swapped = {"An": (b"other nonce!", ill), "Binh": (NONCE, healthy)}
    assert stock.decrypt(*swapped["An"], None) == b"ill"
    ours = {who: KEY.seal(b"x", place(stream=who), NONCE) for who in (b"A" * 16, b"B" * 16)}
    with pytest.raises(SealBrokenError):
        KEY.open(ours[b"A" * 16], place(stream=b"B" * 16))


def test_one_ciphertext_can_open_under_two_keys_so_keys_need_a_commitment() -> None:
    """Negative control: AES-GCM does not commit to its key; one solved equation is enough."""
    first, second = os.urandom(32), os.urandom(32)
    part = _opens_under_both(first, second)
    seen = {AESGCM(secret).decrypt(NONCE, part, None) for secret in (first, second)}
    assert len(seen) == 2
    assert commitment(first) != commitment(second)


def _opens_under_both(first: bytes, second: bytes) -> bytes:
    """Return 32 bytes of ciphertext and a tag that is right for both keys."""
    (hash_1, mask_1), (hash_2, mask_2) = (_gcm_values(secret) for secret in (first, second))
    chosen, lengths = int.from_bytes(os.urandom(16)), 256
    # tag = chosen h^3 + solved h^2 + lengths h + mask, the same for both: solve for `solved`.
    wanted = _multiply(chosen, _power(hash_1, 3) ^ _power(hash_2, 3))
    wanted ^= _multiply(lengths, hash_1 ^ hash_2) ^ mask_1 ^ mask_2
    solved = _multiply(wanted, _power(_power(hash_1, 2) ^ _power(hash_2, 2), 2**128 - 2))
    tag = _multiply(chosen, _power(hash_1, 3)) ^ _multiply(solved, _power(hash_1, 2))
    tag ^= _multiply(lengths, hash_1) ^ mask_1
    return b"".join(number.to_bytes(16) for number in (chosen, solved, tag))


def _gcm_values(secret: bytes) -> tuple[int, int]:
    blocks = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()  # noqa: S305 (one block, GCM's own definition)
    return (
        int.from_bytes(blocks.update(bytes(16))),
        int.from_bytes(blocks.update(NONCE + b"\x00\x00\x00\x01")),
    )


def _multiply(left: int, right: int) -> int:
    """Multiply in GCM's field: bits reflected, x^128 + x^7 + x^2 + x + 1."""
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    squares = [base]
    while len(squares) < exponent.bit_length():
        squares.append(_multiply(squares[-1], squares[-1]))
    chosen = [square for bit, square in enumerate(squares) if exponent >> bit & 1]
    return reduce(_multiply, chosen)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_sealed_alike_is_the_same_for_the_same_and_opens(one: bytes, other: bytes) -> None:
    part = KEY.seal_alike(one, place())
    assert part == DataKey(bytes(range(32))).seal_alike(one, place())
    assert KEY.open(part, place()) == one
    again = KEY.seal_alike(other, place())
    elsewhere = KEY.seal_alike(one, place(version=4))
    assert (part == again) == (one == other)
    assert (part[16:28] == again[16:28]) == (one == other)
    assert part[16:28] != elsewhere[16:28]


def test_the_nonces_of_one_key_tell_nothing_of_those_of_another() -> None:
    other = DataKey(bytes(range(1, 33)))
    assert KEY.seal_alike(b"x", b"p")[16:28] != other.seal_alike(b"x", b"p")[16:28]
