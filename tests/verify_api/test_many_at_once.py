"""Many codes at once are answered as each alone, whatever stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates.disclosure import Asked
from ledger.certificates.kind import Status, Token
from ledger.errors import StoreUnavailableError
from tests_support.signed_certificates import (
    AT,
    POLICY,
    TOKEN,
    TRUST,
    UNLISTED_KEY,
    code,
    ed25519,
)
from tests_support.token_mutations import mutations
from verify_api.question import Question
from verify_api.signature_memory import SignatureMemory
from verify_api.verdict import Overall, StatusEvidence, Verdict
from verify_api.verification import verify, verify_many


@dataclass
class Register:
    """Says of each number what it is told; cannot be asked about some."""

    away: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Answer, or not."""
        assert len(digest) == 32
        self.asked.append(token.number)
        if token.number in self.away:
            raise StoreUnavailableError("nobody answers")
        status = Status.REVOKED if token.number in self.revoked else Status.VALID
        return StatusEvidence(status, at, registered=True, online=True)


NUMBERS = [f"{number}/LLTP-CA01" for number in range(6)]
GOOD = [code(replace(TOKEN, number=number)) for number in NUMBERS]
BAD = [
    *mutations(seed=3, count=40), code(key=UNLISTED_KEY), code(key=ed25519(1)), "", "xin chào",
    "HC1:ABC", "shc:/1", GOOD[0].replace("ll.example.vn", "ll.example.com"), "9" * 5000,
]  # fmt: skip
NAMES = (None, Asked(name=TOKEN.holder.name), Asked(name="Somebody Else"))
REGISTER = Register(revoked=frozenset(NUMBERS[:2]))


def question(text: str, asked: Asked | None = None, register: Register = REGISTER) -> Question:
    return Question(text, AT, TRUST, register, POLICY, asked=asked)


def alone(one: Question) -> Verdict:
    return verify(
        one.text, at=one.at, trust=one.trust, status=one.status, policy=one.policy, asked=one.asked
    )


@given(st.lists(st.tuples(st.sampled_from(GOOD + BAD), st.sampled_from(NAMES)), max_size=30))
def test_in_any_order_each_is_answered_as_if_it_were_alone(
    asked: Sequence[tuple[str, Asked | None]],
) -> None:
    questions = [question(*one) for one in asked]
    assert verify_many(questions) == [alone(one) for one in questions]


def test_a_spoiled_code_spoils_none_beside_it() -> None:
    questions = [question(text) for pair in zip(GOOD, BAD, strict=False) for text in pair]
    found = verify_many(questions)
    assert [isinstance(one, Verdict) and one.state for one in found[::2]] == [
        *["revoked"] * 2, *["valid"] * 4,
    ]  # fmt: skip
    for one in found[1::2]:
        assert isinstance(one, Verdict)
        assert one.overall is not Overall.VALID


def test_one_that_nobody_could_look_up_leaves_the_others_their_answers() -> None:
    register = Register(away=frozenset({NUMBERS[1]}))
    found = verify_many([question(text, register=register) for text in GOOD[:3]])
    assert [type(one) for one in found] == [Verdict, StoreUnavailableError, Verdict]
    assert register.asked == NUMBERS[:3]


def test_each_has_its_own_moment_and_its_own_trust() -> None:
    late = question(GOOD[3])._replace(at=TOKEN.expires_at + timedelta(days=1))
    stranger = question(GOOD[3])._replace(trust=replace(TRUST, keys=()))
    found = verify_many([late, question(GOOD[3]), stranger])
    assert [isinstance(one, Verdict) and one.state for one in found] == [
        "cannot_confirm", "valid", "issuer_unknown",
    ]  # fmt: skip


def test_signatures_that_are_remembered_are_computed_once_for_all() -> None:
    memory = SignatureMemory(10)
    policy = replace(POLICY, signatures=memory)
    found = verify_many([question(GOOD[4])._replace(policy=policy) for _ in range(5)])
    assert len(memory) == 1
    assert found == [alone(question(GOOD[4]))] * 5


def test_nothing_is_answered_for_nothing() -> None:
    assert verify_many([]) == []
