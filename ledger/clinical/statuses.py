"""How FHIR's status codes, which differ from type to type, map onto one `Status`. A table of facts.

Source: FHIR R4 4.0.1, the required bindings of each type's status.
"""

from collections.abc import Mapping
from typing import Final

from ledger.clinical.entry import Status

_A, _R, _C = Status.ACTIVE, Status.RESOLVED, Status.COMPLETED
_S, _P, _N = Status.STOPPED, Status.PLANNED, Status.NOT_DONE
_H, _D, _E = Status.ON_HOLD, Status.PRELIMINARY, Status.ENTERED_IN_ERROR

CLINICAL: Final[Mapping[str, Status]] = {
    "active": _A,
    "recurrence": _A,
    "relapse": _A,
    "inactive": _R,
    "remission": _R,
    "resolved": _R,
}
"""Of problems and allergies: ``clinicalStatus``."""

VERIFICATION: Final[Mapping[str, Status]] = {
    "refuted": Status.REFUTED,
    "entered-in-error": Status.ENTERED_IN_ERROR,
}
"""Of problems and allergies: ``verificationStatus`` goes before ``clinicalStatus``."""

STATUSES: Final[Mapping[str, Status]] = {
    "entered-in-error": _E,
    # requests, statements, plans
    "active": _A,
    "on-hold": _H,
    "draft": _P,
    "intended": _P,
    "proposed": _P,
    "planned": _P,
    "accepted": _A,
    "requested": _P,
    "received": _P,
    "ready": _P,
    "completed": _C,
    "stopped": _S,
    "ended": _S,
    "revoked": _S,
    "cancelled": _S,
    "rejected": _S,
    "declined": _S,
    "failed": _S,
    "inactive": _S,
    "suspended": _H,
    "not-taken": _N,
    "not-done": _N,
    "unknown": Status.UNKNOWN,
    # visits and appointments
    "arrived": _A,
    "triaged": _A,
    "in-progress": _A,
    "onleave": _A,
    "finished": _C,
    "pending": _P,
    "booked": _P,
    "checked-in": _A,
    "waitlist": _P,
    "fulfilled": _C,
    "noshow": _N,
    "waiting": _P,
    "preparation": _P,
    # observations, reports, documents
    "registered": _D,
    "preliminary": _D,
    "partial": _D,
    "final": _C,
    "amended": _C,
    "corrected": _C,
    "appended": _C,
    "available": _C,
    "current": _C,
    "superseded": _S,
    "generated": _C,
    "off": _S,
}
"""Of all other types: ``status``, ``lifecycleStatus`` of goals."""
