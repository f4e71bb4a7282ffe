"""A file slipped into a request by somebody who may write, logged by all: named by its rule."""

from uuid import UUID

import pytest

from ledger.certificates.request_files import NewFile, receive
from tests_support.attacked_copy import AttackedCopy
from tests_support.insider import Insider

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def test_a_file_that_came_with_nothing(copy: AttackedCopy) -> None:
    hands = Insider(copy)
    draft = next(one for one in copy.facts() if one.topic == "request.drafted/1")
    forged = receive(NewFile(b"%PDF-1.7 forged", "application/pdf", "mẫu.pdf"), bytes(32))
    act = hands.act("citizen-1", "citizen")
    position = hands.say(UUID(bytes=draft.stream), act, forged, subject=UUID(int=0xBE7))
    (found,) = [one for one in hands.found() if one.code.startswith("C10")]
    assert (found.code, found.place["position"]) == ("C10.order", position)
