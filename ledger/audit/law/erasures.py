"""Two officers before a key is destroyed; and what erasures say of keys, for the key store."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ledger.audit.law.others import Others, own_streams
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import RecordedFact
from ledger.records.erasure import decisions as erasure
from ledger.records.erasure import facts as erasure_facts


@dataclass
class Keys:
    """What erasures say of keys."""

    destroyed: dict[bytes, int] = field(default_factory=dict)
    """Keys that a receipt names, with the position of the receipt."""
    begun: list[UUID] = field(default_factory=list)
    """Erasures that have begun: their keys may be gone already."""


class ErasureLaw:
    """Two officers before a key is destroyed."""

    def __init__(self, keys: Keys, others: Others | None) -> None:
        """Note in ``keys`` what the facts say of keys; ask ``others`` what came after."""
        self._others = others
        self._state = erasure.EMPTY
        self._keys = keys

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        try:
            self._decide_again(recorded)
        except (RefusedError, InvalidInputError, LookupError) as error:
            rule = getattr(error, "rule", "unknown request")
            expected = "two officers' approvals, then the order, then the keys"
            yield Objection("C6.unauthorised", expected, rule)
        if isinstance(fact, erasure_facts.ErasureApproved) and fact.by != recorded.act.actor:
            yield Objection("C10.actor", "an approval by whom it names", "another actor")
        if isinstance(fact, erasure_facts.SubjectErased):
            for key in fact.keys:
                if key.key_id is not None:
                    self._keys.destroyed[key.key_id] = recorded.position
            yield from self._used_after(recorded, {key.key_id for key in fact.keys})
        if isinstance(fact, erasure_facts.ErasureBegun):
            self._keys.begun.append(fact.request)
        try:
            self._state = erasure.evolve(self._state, fact)
        except LookupError as error:
            found = "of one that was never asked for"
            raise UnlawfulError("C6.unauthorised", "a request for erasure first", found) from error

    def _used_after(self, recorded: RecordedFact, keys: set[bytes | None]) -> Objections:
        """Yield that a destroyed key was used again: then it was not destroyed.

        Looked for in the person's own streams, whose names are computed.
        """
        if self._others is None or recorded.subject is None:
            return
        for stream in own_streams(recorded.subject):
            later = self._others.sealed_after(stream, keys, recorded.position)
            if later is not None:
                expected = "no part under a key after its receipt"
                yield Objection("C6.used_after", expected, f"one at position {later}")

    def _decide_again(self, recorded: RecordedFact) -> None:
        """Refuse as the decision would have, were nothing else to be kept by law."""
        fact: Any = recorded.fact
        free = erasure.Circumstances(on=recorded.act.at.date())
        match fact:
            case erasure_facts.ErasureApproved():
                erasure.approve(_without_holds(self._state), request=fact.request, by=fact.by,
                                circumstances=free)  # fmt: skip
            case erasure_facts.ErasureOrdered():
                asked = self._state.requests[fact.request]
                others = set(asked.approvals) - {asked.requested_by}
                if len(others) < erasure.APPROVALS or set(fact.approvals) != set(asked.approvals):
                    raise RefusedError("approvals_missing", "fewer officers than the rule asks")
            case erasure_facts.ErasureWithdrawn():
                erasure.withdraw(self._state, request=fact.request)
            case erasure_facts.ErasureBegun():
                erasure.begin(_without_holds(self._state), request=fact.request, circumstances=free)
            case erasure_facts.SubjectErased():
                if self._state.requests[fact.request].phase is not erasure.Phase.BEGUN:
                    raise RefusedError("erasure_not_begun", "expected an erasure that had begun")
            case _:
                pass


def _without_holds(state: erasure.Erasure) -> erasure.Erasure:
    return erasure.Erasure(requests=state.requests)
