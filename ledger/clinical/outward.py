"""A received resource on its way out: as it was sent, but with our identifiers and no narrative.

References between resources of the book keep leading to one another under their new identifiers;
those to what is not in the book keep their words and lose their address. Numbers keep their digits.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ledger.clinical.moments import VIETNAM

Resource = dict[str, Any]
Resolve = Callable[[str], str | None]
"""From a reference as it was sent to the one that is given out; None if it leads nowhere."""

_LEFT_OUT: Final = frozenset({"text", "meta", "id", "implicitRules"})
_SUBJECTS: Final = ("subject", "patient")
_LABELS: Final = ("security", "profile")
DEEPEST: Final = 64
"""Nesting that is followed; received documents are refused when they are deeper."""


def outward(
    sent: Mapping[str, Any],
    *,
    number: str,
    version: int,
    updated: datetime,
    resolve: Resolve,
    patient: str,
) -> Resource:
    """Return ``sent`` as it is given out.

    Args:
        sent: As parsed by `ledger.clinical.entries.read_document`.
        number: The identifier that it has outside.
        version: 1, 2, 3 ….
        updated: When this version was recorded.
        resolve: Where its references lead.
        patient: The reference of whom it is about: a visit has one subject, whatever it was called.
    """
    meta: Resource = {
        "versionId": str(version),
        "lastUpdated": updated.astimezone(VIETNAM).isoformat(timespec="milliseconds"),
    }
    labels = sent.get("meta")
    if isinstance(labels, dict):
        meta |= {name: labels[name] for name in _LABELS if name in labels}
    body = {name: value for name, value in sent.items() if name not in _LEFT_OUT}
    kind = body.pop("resourceType", "Basic")
    given = {name: _given(value, resolve, 0) for name, value in body.items()}
    for name in _SUBJECTS:
        if isinstance(given.get(name), dict) and "reference" not in given[name]:
            given[name] = {"reference": patient}
    return {"resourceType": kind, "id": number, "meta": meta, **given}


def _given(value: Any, resolve: Resolve, depth: int) -> Any:
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [_given(one, resolve, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    given = {name: _given(one, resolve, depth + 1) for name, one in value.items() if name != "div"}
    reference = given.get("reference")
    if isinstance(reference, str) and not reference.startswith("#"):
        return _led(given, resolve(reference))
    given.pop("text", None) if "resourceType" in given else None
    return given


def _led(reference: Resource, target: str | None) -> Resource:
    if target is not None:
        return {**reference, "reference": target}
    left = {name: value for name, value in reference.items() if name != "reference"}
    return left or {"display": "-"}
