"""The passcode before Form 2: its holder's alone, and each other one after a right one or a reset.

The hashes are not opened: what is held is who acted, and that nothing came out of its order.
"""

from typing import Any, Final

from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.facts import RecordedFact
from ledger.records import passcode

_CITIZEN: Final = "citizen"


class PasscodeLaw:
    """One person's passcode."""

    def __init__(self) -> None:
        """None was chosen yet."""
        self._state = passcode.Passcode()
        self._typed = True
        """Whether the present one, if there is one, was typed since it was chosen."""

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        act = recorded.act
        if recorded.subject is None or recorded.stream_id != passcode.passcode_stream(
            recorded.subject
        ):
            yield Objection("C10.stream", "the stream of its own person", "another's")
        if act.role != _CITIZEN:
            yield Objection("C10.role", _CITIZEN, act.role)
        match fact:
            case passcode.PasscodeSet():
                yield from self._chosen()
            case passcode.PasscodeReset(shown_at=shown_at):
                self._require_one(recorded)
                if not passcode.is_fresh(shown_at, act.at):
                    expected = "a reset by who has just shown who they are"
                    yield Objection("C10.order", expected, "long ago, or later")
            case _:
                self._require_one(recorded)
                if self._state.locked_until(act.at) is not None:
                    yield Objection("C10.order", "nothing compared while it is locked", "a guess")
        self._typed = isinstance(fact, passcode.PasscodePassed) or (
            self._typed and isinstance(fact, passcode.PasscodeFailed)
        )
        self._state = passcode.evolve(self._state, fact)

    def _chosen(self) -> Objections:
        if not self._typed:
            expected = "another passcode by who typed the former one"
            yield Objection("C10.order", expected, "it was not typed")

    def _require_one(self, recorded: RecordedFact) -> None:
        if self._state.hashed is None:
            raise UnlawfulError("C10.order", "a passcode that was chosen", recorded.topic)
