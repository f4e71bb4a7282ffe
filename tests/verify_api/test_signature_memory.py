"""What was computed once is not computed again, and nothing else is saved."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.algorithms import PublicKey
from ledger.certificates.kind import Status
from ledger.errors import InvalidInputError
from settings import Settings
from tests_support.signed_certificates import (
    AT,
    ISSUING_KEY,
    POLICY,
    TOKEN,
    TRUST,
    UNLISTED_KEY,
    Says,
    code,
    trusting,
)
from tests_support.token_mutations import mutations
from verify_api.question import Policy
from verify_api.signature_memory import SignatureMemory
from verify_api.verdict import Overall, StatusEvidence, Verdict
from verify_api.verification import verify

GOOD = Says(StatusEvidence(Status.VALID, AT, registered=True, online=True))
MESSAGE = b"what was signed"
SIGNATURE = ISSUING_KEY.sign(MESSAGE)


@dataclass
class Counted:
    """A key that counts how often it is asked to compute."""

    public: PublicKey = ISSUING_KEY.public
    asked: int = field(default=0)

    @property
    def kid(self) -> bytes:
        """The key's name."""
        return self.public.kid

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Compute."""
        self.asked += 1
        return self.public.verify(signature, message)


@pytest.fixture
def remembering() -> Policy:
    return replace(POLICY, signatures=SignatureMemory(100))


def answer(text: str, policy: Policy, **more: object) -> Verdict:
    said = {"at": AT, "trust": TRUST, "status": GOOD, **more}
    return verify(text, policy=policy, **said)  # type: ignore[arg-type]


def test_a_good_signature_is_computed_once() -> None:
    key, memory = Counted(), SignatureMemory(10)
    ask = partial(memory.verify, key, SIGNATURE, MESSAGE)  # type: ignore[arg-type]
    assert [ask() for _ in range(3)] == [True, True, True]
    assert (key.asked, len(memory)) == (1, 1)


def test_a_bad_one_is_computed_each_time_and_never_kept() -> None:
    key, memory = Counted(), SignatureMemory(10)
    wrong = bytes([SIGNATURE[0] ^ 1]) + SIGNATURE[1:]
    ask = partial(memory.verify, key, wrong, MESSAGE)  # type: ignore[arg-type]
    assert [ask() for _ in range(3)] == [False, False, False]
    assert (key.asked, len(memory)) == (3, 0)


@given(st.integers(0, len(SIGNATURE + MESSAGE)), st.integers(0, 255))
def test_only_the_very_same_three_are_known(cut: int, flip: int) -> None:
    memory = SignatureMemory(10)
    assert memory.verify(ISSUING_KEY.public, SIGNATURE, MESSAGE)
    whole = SIGNATURE + MESSAGE
    signature, message = whole[:cut], bytes(byte ^ flip for byte in whole[cut:])
    if len(signature) == len(SIGNATURE):
        assert memory.verify(ISSUING_KEY.public, signature, message) is (message == MESSAGE)
    assert not memory.verify(UNLISTED_KEY.public, SIGNATURE, MESSAGE)
    assert len(memory) == 1


def test_the_oldest_goes_first_and_one_that_is_needed_stays() -> None:
    key, memory = Counted(), SignatureMemory(2)
    texts = [b"%d" % number for number in range(3)]
    signatures = [ISSUING_KEY.sign(text) for text in texts]

    def ask(number: int) -> None:
        assert memory.verify(key, signatures[number], texts[number])  # type: ignore[arg-type]

    for number in (0, 1, 0, 2, 0):
        ask(number)
    assert (key.asked, len(memory)) == (3, 2)
    ask(1)
    assert key.asked == 4


def test_threads_may_share_it() -> None:
    memory = SignatureMemory(3)
    pairs = [(ISSUING_KEY.sign(text), text) for text in (b"%d" % n for n in range(6))] * 20
    with ThreadPoolExecutor(4) as pool:
        good = pool.map(lambda pair: memory.verify(ISSUING_KEY.public, *pair), pairs)
        assert all(good)
    assert len(memory) == 3


def test_everything_but_the_computation_is_looked_at_anew(remembering: Policy) -> None:
    text = code()
    assert answer(text, remembering).overall is Overall.VALID
    for changed in (
        {"status": Says(StatusEvidence(Status.REVOKED, AT, registered=True, online=True))},
        {"at": TOKEN.expires_at.replace(year=2030)},
        {"trust": trusting(issuer="CA02")},
    ):
        first = answer(text, POLICY, **changed)
        assert answer(text, remembering, **changed) == first
        assert first.overall is not Overall.VALID


@pytest.mark.many_cases
def test_spoiled_tokens_are_judged_alike_after_the_good_one_was_seen(remembering: Policy) -> None:
    assert answer(code(), remembering).overall is Overall.VALID
    for text in mutations(seed=7, count=500):
        assert answer(text, remembering) == answer(text, POLICY)


def test_it_is_off_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert Settings(tmp_path).remember_signatures == 0
    assert POLICY.signatures is None


@pytest.mark.parametrize("most", [-1, 10**6 + 1, True, "1"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, most: object) -> None:
    with pytest.raises(InvalidInputError, match="remember_signatures"):
        Settings(tmp_path, remember_signatures=most)  # type: ignore[arg-type]
