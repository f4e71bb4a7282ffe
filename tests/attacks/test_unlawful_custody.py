"""Files and letters as no command would write them: each is named by the rule that it breaks."""

from uuid import UUID

import pytest

from ledger.certificates.procedure import Role
from ledger.certificates.request_custody import Reason, RequestTaken
from ledger.records import letter
from ledger.records.letter import letter_stream
from tests_support.attacked_copy import AttackedCopy
from tests_support.insider import Insider

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def drafted(copy: AttackedCopy) -> UUID:
    """Return a request of the ledger; its first fact is its draft."""
    return next(UUID(bytes=one.stream) for one in copy.facts() if one.topic == "request.drafted/1")


def found(hands: Insider) -> list[tuple[str, object]]:
    return [(one.code, one.place["position"]) for one in hands.found()]


def test_a_file_that_is_taken_from_nobody_after_its_end(copy: AttackedCopy) -> None:
    hands = Insider(copy)
    forged = RequestTaken(Role.CASE_OFFICER, "an", "binh", Reason.ABSENT)
    position = hands.say(drafted(copy), hands.act("an", "case_officer", "CA01"), forged)
    assert found(hands) == [("C10.custody", position)] * 2


def test_a_letter_of_what_nobody_was_told(copy: AttackedCopy) -> None:
    hands, request = Insider(copy), drafted(copy)
    forged = letter.keep(request, 1, b"%PDF-1.7 forged")
    act = hands.act("paper-desk", "system", "CA01")
    position = hands.say(letter_stream(request, 1), act, forged, subject=UUID(int=0xBE7))
    assert found(hands) == [("C10.letter", position)]
