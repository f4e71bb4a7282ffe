"""Two hundred thousand spoiled tokens: none is valid, none raises, none shows what it claims."""

from collections import Counter

import pytest

from ledger.certificates.digits import to_digits
from tests_support.signed_certificates import AT, IN_FORCE, POLICY, TRUST
from tests_support.token_mutations import GOOD, PREFIX, mutations
from verify_api.verdict import Check, Overall
from verify_api.verification import verify

PARTS = 4
EACH = 50_000


def test_what_is_spoiled_was_valid_before() -> None:
    for token in GOOD:
        text = PREFIX + to_digits(token)
        verdict = verify(text, at=AT, trust=TRUST, status=IN_FORCE, policy=POLICY)
        assert verdict.overall is Overall.VALID


@pytest.mark.many_cases
@pytest.mark.parametrize("part", range(PARTS))
def test_no_spoiled_token_is_valid(part: int) -> None:
    failed: Counter[Check | None] = Counter()
    for text in mutations(seed=part, count=EACH):
        verdict = verify(text, at=AT, trust=TRUST, status=IN_FORCE, policy=POLICY)
        assert verdict.overall is not Overall.VALID, text
        assert verdict.token is None, text
        failed[verdict.failed_check] += 1
    assert failed.total() == EACH
    # They reach every check up to the one that stops a trusted key for status lists.
    assert set(failed) == {check for check in Check if check <= Check.MEANING}
