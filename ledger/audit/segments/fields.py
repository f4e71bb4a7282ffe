"""Which clear fields of which facts stand in columns of their own: what figures and lists need.

By stored name, so that old versions stay readable: a new version of a fact is a new line. Nothing
sealed is here, and nothing that the clear fields of a stored fact do not say already.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    """ISO text in a fact."""
    TIME = "time"
    """Microseconds since 1970, UTC, in a fact."""
    STREAM = "stream"
    """16 bytes in a fact."""


class Field(NamedTuple):
    """From where in a fact's clear fields a column's value comes."""

    column: str
    path: tuple[str, ...]


COLUMNS: Final[Mapping[str, Kind]] = {
    "province": Kind.TEXT,
    "form": Kind.NUMBER,
    "fee_group": Kind.TEXT,
    "day": Kind.DAY,
    "appointed_on": Kind.DAY,
    "amount": Kind.NUMBER,
    "kind": Kind.TEXT,
    "request": Kind.STREAM,
    "drafter": Kind.TEXT,
    "authority": Kind.TEXT,
    "number": Kind.TEXT,
    "status_uri": Kind.TEXT,
    "status_index": Kind.NUMBER,
    "at": Kind.TIME,
    "expires_at": Kind.TIME,
    "superseded_by": Kind.STREAM,
    "decision": Kind.TEXT,
}
"""The columns beside those of every fact."""


def _fields(**columns: str) -> tuple[Field, ...]:
    return tuple(Field(column, tuple(path.split("."))) for column, path in columns.items())


FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "request.drafted/1": _fields(province="province", form="form", fee_group="fee_group"),
    "request.fee_paid/1": _fields(amount="amount"),
    "request.fee_refunded/1": _fields(amount="amount"),
    "request.submitted/1": _fields(day="submitted_on"),
    "request.accepted/1": _fields(day="accepted_on"),
    "request.rejected/1": _fields(day="rejected_on"),
    "request.supplement_requested/1": _fields(day="requested_on"),
    "request.supplement_received/1": _fields(day="received_on"),
    "request.deadline_set/1": _fields(appointed_on="appointed_on"),
    "request.deadline_recomputed/1": _fields(appointed_on="appointed_on"),
    "request.deadline_resumed/1": _fields(appointed_on="appointed_on"),
    "request.deadline_missed/1": (),
    "request.apology_issued/1": (),
    "request.certificate_ready/1": _fields(day="ready_on"),
    "request.result_delivered/1": _fields(day="delivered_on"),
    "request.withdrawal_requested/1": _fields(day="requested_on"),
    "request.processing_stopped/1": _fields(day="stopped_on"),
    "request.refused/1": _fields(day="refused_on"),
    "certificate.drafted/1": _fields(kind="kind", request="request", drafter="drafter"),
    "certificate.signed/1": _fields(
        authority="authority",
        number="number",
        status_uri="status.uri",
        status_index="status.index",
        expires_at="expires_at",
    ),
    "certificate.sealed/1": (),
    "certificate.issued/1": _fields(at="at"),
    "certificate.withdrawn/1": _fields(at="at", status_index="status.index"),
    "certificate.corrected/1": _fields(
        at="at", superseded_by="superseded_by", decision="decision.number"
    ),
    "certificate.recalled/1": _fields(at="at", decision="decision.number"),
    "certificate.cancelled/1": _fields(at="at", decision="decision.number"),
    "certificate.no_longer_current/1": (),
}
"""By stored name; a fact without fields of interest is there to show that it was thought of."""
