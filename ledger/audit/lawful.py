"""Were the acts lawful, in order, by the right officer? Streams folded again, fact by fact.

The judicial procedure is asked by its own step table; all else by the tables in `ledger.audit.law`,
which say it a second time. One stream is judged at a time, from its beginning; what it rests on in
other streams is looked for there. What is about a person is not opened: nothing here needs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.law.asks import AskLaw
from ledger.audit.law.certificates import CertificateLaw
from ledger.audit.law.checks import CheckLaw
from ledger.audit.law.erasures import ErasureLaw, Keys
from ledger.audit.law.forms import form_findings, stands
from ledger.audit.law.letters import LetterLaw
from ledger.audit.law.others import Others
from ledger.audit.law.papers import AppointmentLaw, ReferralLaw
from ledger.audit.law.passcodes import PasscodeLaw
from ledger.audit.law.persons import EmergencyLaw, PairLaw, PersonLaw, RightsLaw
from ledger.audit.law.reading import readable
from ledger.audit.law.requests import RequestLaw
from ledger.audit.law.ruling import Law, Objection, UnlawfulError
from ledger.audit.row_check import place_of
from ledger.audit.rows import RawRow
from ledger.certificates import lifecycle_facts, request_facts
from ledger.facts import RecordedFact
from ledger.records import check, emergency, letter, passcode, rights
from ledger.records.appointment import facts as appointment_facts
from ledger.records.appointment_request import facts as appointment_request_facts
from ledger.records.erasure import facts as erasure_facts
from ledger.records.referral import facts as referral_facts

_PERSON: Final = frozenset({"person.request_opened/1", "person.request_closed/1"})
_EMERGENCY: Final = emergency.TOPICS.keys() - {"emergency.counted/1"}
_PAIR: Final = frozenset({"cleaning.pair_proposed/1", "cleaning.pair_judged/1"})
MakeLaw = Callable[[Others | None, Keys], Law]
_LAWS: Final[tuple[tuple[frozenset[str], MakeLaw], ...]] = (
    (frozenset(request_facts.TOPICS), lambda others, _: RequestLaw(others)),
    (frozenset(lifecycle_facts.TOPICS), lambda others, _: CertificateLaw(others)),
    (frozenset(erasure_facts.TOPICS), lambda others, keys: ErasureLaw(keys, others)),
    (frozenset(referral_facts.TOPICS), lambda others, _: ReferralLaw(others)),
    (frozenset(appointment_facts.TOPICS), lambda others, _: AppointmentLaw(others)),
    (frozenset(appointment_request_facts.TOPICS), lambda others, _: AskLaw(others)),
    (_PERSON, lambda _others, _keys: PersonLaw()),
    (frozenset(rights.TOPICS), lambda others, _: RightsLaw(others)),
    (frozenset(_EMERGENCY), lambda _others, _keys: EmergencyLaw()),
    (_PAIR, lambda _others, _keys: PairLaw()),
    (frozenset(check.TOPICS), lambda _others, _keys: CheckLaw()),
    (frozenset(letter.TOPICS), lambda others, _: LetterLaw(others)),
    (frozenset(passcode.TOPICS), lambda _others, _keys: PasscodeLaw()),
)
"""Stored names, and the law of the streams with such facts."""
_CANNOT_FOLLOW: Final = (AssertionError, LookupError, AttributeError, TypeError, ValueError)
"""What folding a fact raises for which there is no state."""
JUDGED: Final = frozenset(name for names, _ in _LAWS for name in names)
"""Stored names of the facts whose streams are judged."""


@dataclass
class Judgement:
    """What became of one stream."""

    findings: list[Finding] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)


def judge_stream(
    rows: Sequence[RawRow], others: Others | None = None, *, forms: bool = False
) -> Judgement:
    """Return what is unlawful in one stream, given from its first fact on.

    Args:
        rows: All of the stream, by version.
        others: The other streams; None: what is in them is not asked for.
        forms: Also say what keeps a row that has its own entry from being a fact.
    """
    judged = Judgement()
    topics = [row.topic for row in rows if isinstance(row.topic, str)]
    matching = [one for one in _LAWS if not one[0].isdisjoint(topics)]
    if matching:
        begun = [one for one in matching if topics[0] in one[0]]
        names, make = (begun or matching)[0]
        law = make(others, judged.keys)
        read = [(row, readable(row)) for row in rows]
        judged.findings += _judged(read, law, None if names is _PERSON else names)
        if forms:
            wrong = [row for row, fact in read if fact is None and stands(row)]
            judged.findings += [one for row in wrong for one in form_findings(row)]
    return judged


def _judged(
    read: Sequence[tuple[RawRow, RecordedFact | None]], law: Law, names: frozenset[str] | None
) -> list[Finding]:
    """Ask ``law`` fact by fact; ``names``, where given, are all that may stand in the stream."""
    findings: list[Finding] = []
    for row, recorded in read:
        if recorded is None:
            break
        if names is not None and recorded.topic not in names:
            findings.append(
                _finding(row, Objection("C10.order", "facts of one kind of stream", row.topic))
            )
            break
        try:
            findings += [_finding(row, one) for one in law.objections(recorded)]
        except UnlawfulError as error:
            findings.append(_finding(row, error.objection))
            break
        except _CANNOT_FOLLOW:
            found = Objection("C10.order", "a fact that may follow", recorded.topic)
            findings.append(_finding(row, found))
            break
    return findings


def _finding(row: RawRow, objection: Objection) -> Finding:
    return Finding(
        objection.code, Severity.ERROR, place_of(row), objection.expected, objection.found
    )
