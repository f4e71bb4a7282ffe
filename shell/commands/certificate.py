"""Certificates: find one, see where it stands, issue it, make its paper, decide about it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.certificates import lifecycle
from ledger.certificates.kind import CertificateKind
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle_facts import Reason
from ledger.commands import certificates, issuing
from ledger.commands.access import record_access
from ledger.commands.certificates import CertificateOnFile, WrittenDecision
from ledger.commands.papers import Letterhead, make_paper
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.records.access import Channel, RecordKind
from ledger.store.opening import open_issue
from ledger.transparency.landmark_log import landmark_proof_of
from ledger.transparency.landmarks import HEIGHT
from ledger.transparency.log import index_of
from shell.commands.log_proofs import HEIGHTS
from shell.home import Home, read, write
from shell.lines import as_json, pass_home, table, tell
from shell.office import paper_desk
from shell.references import find_certificate, find_stream
from shell.sequencer import log_of
from shell.story import plain

_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_REASONS: Final = click.Choice([reason.value for reason in Reason])
_actor = click.option("--actor", required=True, help="Reference of the officer's account.")
_legal_basis = click.option("--legal-basis", required=True, help="On what the look rests.")

F = Callable[..., Any]


def _decision(command: F) -> F:
    """Take a written decision: its number, day, reason and signed document."""
    for option in (
        click.option("--document", type=_FILE, required=True, help="Its signed document."),
        click.option("--reason", type=_REASONS, required=True),
        click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Its day."),
        click.option("--decision", "decision_number", required=True, help="Its number."),
    ):
        command = option(command)
    return command


def _written(number: str, day: datetime, reason: str, document: Path) -> WrittenDecision:
    return WrittenDecision(number, day.date(), Reason(reason), read(document))


@click.group()
def certificate() -> None:
    """Look at certificates, issue them, and decide about them."""


@certificate.command()
@click.argument("reference")
@pass_home
def find(home: Home, reference: str) -> None:
    """Print the stream of a certificate: by number, short code, or its request's dossier code."""
    with home.opened() as system:
        found = find_certificate(system, reference)
        certificates.load(system.reading, found)
    click.echo(str(found))


@certificate.command()
@click.argument("reference")
@as_json
@pass_home
def show(home: Home, reference: str, *, as_json: bool) -> None:
    """Show where a certificate stands; nothing about the person."""
    with home.opened() as system:
        found = certificates.load(system.reading, find_certificate(system, reference))
        told = _told(found, system.clockwork.now())
    if as_json:
        tell(told)
    else:
        table(list(told.items()))


def _told(found: CertificateOnFile, at: datetime) -> dict[str, Any]:
    state = found.certificate
    told = {
        "certificate": str(found.id),
        "kind": state.drafted.kind,
        "phase": state.phase.value,
        "standing": lifecycle.standing(state, at).value,
        "request": plain(state.drafted.request),
        "drafter": state.drafted.drafter,
        "corrects": plain(state.drafted.correction and state.drafted.correction.certificate),
    }
    if state.intent is not None:
        told |= {
            "authority": state.intent.authority,
            "number": state.intent.number,
            "signer": state.intent.signer,
            "kid": state.intent.kid.hex(),
            "status_list": state.intent.status.uri,
            "status_index": state.intent.status.index,
            "issued_at": plain(state.intent.issued_at),
            "expires_at": plain(state.intent.expires_at),
        }
    return told | {
        "in_force_since": plain(state.issued_at),
        "paper": state.paper is not None,
        "supplements": len(state.supplements),
        "ended_at": plain(state.ended_at),
        "decision": state.decision and state.decision.number,
        "superseded_by": plain(state.superseded_by),
        "no_longer_current_since": plain(state.no_longer_current_since),
    }


@certificate.command()
@click.argument("reference")
@click.option("--authority", help="Who issues; needed where no request says it.")
@_actor
@pass_home
def issue(home: Home, reference: str, authority: str | None, actor: str) -> None:
    """Sign and issue a draft as a signer; of a request, `records request act` does it whole."""
    with home.opened() as system:
        stream = find_certificate(system, reference)
        drafted = certificates.load(system.reading, stream).certificate.drafted
        if drafted.request is not None and drafted.correction is None:
            raise RefusedError("request_waits", "expected `records request act … mark_ready`")
        code = authority or _authority_of_corrected(system, drafted.correction)
        key = system.issuing_key(code, _kind(drafted.kind).document_type)
        issued = issuing.issue(
            system.desk, certificate=stream, key=key, act=_act(system, actor, code)
        )
    click.echo(f"{issued.certificate}: issued, short code {issued.short_code}")


def _authority_of_corrected(system: System, correction: Any) -> str:
    if correction is None:
        raise InvalidInputError("--authority", "missing", "the code of the issuing authority")
    intent = certificates.load(system.reading, correction.certificate).certificate.intent
    assert intent is not None, "what is corrected was issued"
    return intent.authority


@certificate.command()
@click.argument("reference")
@click.option("--to", type=_FILE, required=True, help="File to write.")
@_legal_basis
@click.option("--actor", default="shell", show_default=True, help="Who looks, for the record.")
@pass_home
def paper(home: Home, reference: str, to: Path, legal_basis: str, actor: str) -> None:
    """Write the signed PDF of a certificate; that it was looked at is recorded first."""
    with home.opened() as system:
        stream = find_certificate(system, reference)
        found = certificates.load(system.reading, stream)
        intent = found.certificate.intent
        if intent is None or found.subject is None:
            raise RefusedError("not_issued", "expected a certificate that was issued")
        record_access(
            system.facts,
            subject=found.subject,
            kind=RecordKind.CERTIFICATE,
            purpose="make_paper",
            channel=Channel.SHELL,
            act=system.act(actor, "operator", legal_basis=legal_basis),
            reference=stream,
        )
        desk = paper_desk(system)
        pdf = make_paper(
            system.facts,
            certificate=stream,
            letterhead=Letterhead(
                host=desk.host,
                authority=desk.authority_name(intent.authority),
                officer=desk.officer_name(intent.signer),
                specimen=desk.specimen,
            ),
            signer=desk.signer(intent.authority),
            act=system.act(actor, "system", intent.authority),
            release=desk.release,
        )
    write(to, pdf)
    click.echo(f"{to}: {len(pdf)} bytes")


@certificate.command("landmark-proof")
@click.argument("reference")
@click.option("--to", type=_FILE, required=True, help="File to write.")
@click.option("--height", type=HEIGHTS, default=HEIGHT, show_default=True,
              help="Of the landmarks that the verifier keeps.")  # fmt: skip
@_legal_basis
@click.option("--actor", default="shell", show_default=True, help="Who looks, for the record.")
@pass_home
def landmark_proof(
    home: Home, reference: str, to: Path, height: int, legal_basis: str, actor: str
) -> None:
    """Write the proof to lie beside a certificate: by landmarks, without a signature."""
    with home.opened() as system:
        stream = find_certificate(system, reference)
        act = system.act(actor, "operator", legal_basis=legal_basis)
        _look(system, stream, act, "make_paper")
        position, opening = open_issue(system.facts, stream)
        proof = landmark_proof_of(
            log_of(system), index_of(position), height, extra=opening.write()
        ).write()
    write(to, proof)
    click.echo(f"{to}: {len(proof)} bytes")


@certificate.command()
@click.argument("reference")
@_decision
@click.option("--summary", required=True, help="What the decision says, in a sentence.")
@_actor
@pass_home
def recall(
    home: Home, reference: str, decision_number: str, day: datetime, reason: str,
    document: Path, summary: str, actor: str,
) -> None:  # fmt: skip
    """Take a certificate back by a written decision (thu hồi)."""
    decision = _written(decision_number, day, reason, document)
    _end(home, reference, actor, certificates.recall, decision, summary)


@certificate.command()
@click.argument("reference")
@_decision
@click.option("--summary", required=True, help="What the decision says, in a sentence.")
@_actor
@pass_home
def cancel(
    home: Home, reference: str, decision_number: str, day: datetime, reason: str,
    document: Path, summary: str, actor: str,
) -> None:  # fmt: skip
    """Declare a certificate void by a written decision (hủy bỏ)."""
    decision = _written(decision_number, day, reason, document)
    _end(home, reference, actor, certificates.cancel, decision, summary)


def _end(
    home: Home, reference: str, actor: str, end: F, decision: WrittenDecision, summary: str
) -> None:
    with home.opened() as system:
        stream = find_certificate(system, reference)
        code = _authority(system, stream)
        end(
            system.facts, certificate=stream, decision=decision, summary=summary,
            act=_act(system, actor, code),
        )  # fmt: skip
        _say(system, stream)


@certificate.command()
@click.argument("reference")
@_decision
@click.option("--addition", required=True, help="What is added.")
@_actor
@pass_home
def supplement(
    home: Home, reference: str, decision_number: str, day: datetime, reason: str,
    document: Path, addition: str, actor: str,
) -> None:  # fmt: skip
    """Add to a certificate in force by a written decision (bổ sung)."""
    decision = _written(decision_number, day, reason, document)
    with home.opened() as system:
        stream = find_certificate(system, reference)
        act = _act(system, actor, _authority(system, stream))
        certificates.supplement(
            system.facts, certificate=stream, decision=decision, addition=addition, act=act
        )
        _say(system, stream)


@certificate.command()
@click.argument("reference")
@_decision
@click.option("--content", type=_FILE, required=True, help="JSON: what it should have said.")
@click.option("--legal-basis", required=True, help="On what reading the old one rests.")
@_actor
@pass_home
def correct(
    home: Home, reference: str, decision_number: str, day: datetime, reason: str,
    document: Path, content: Path, legal_basis: str, actor: str,
) -> None:  # fmt: skip
    """Draft what will supersede a certificate; `records certificate issue` puts it in force.

    The members of --content replace those of the old certificate.
    """
    decision, changes = _written(decision_number, day, reason, document), _object(content)
    with home.opened() as system:
        stream = find_certificate(system, reference)
        code = _authority(system, stream)
        act = system.act(actor, "case_officer", code, legal_basis=legal_basis)
        _look(system, stream, act, "correct_certificate")
        wrong = certificates.load(system.facts, stream).certificate
        corrected = system.clockwork.new_id()
        certificates.draft_correction(
            system.facts,
            certificate=corrected,
            corrects=stream,
            decision=decision,
            kind=_kind(wrong.drafted.kind),
            content={**lifecycle.content_of(wrong), **changes},
            holder=lifecycle.holder_of(wrong),
            act=act,
        )
    click.echo(str(corrected))


def _look(system: System, stream: UUID, act: Act, purpose: str) -> None:
    subject = certificates.load(system.reading, stream).subject
    assert subject is not None, "a certificate is about somebody"
    record_access(
        system.facts, subject=subject, kind=RecordKind.CERTIFICATE, purpose=purpose,
        channel=Channel.SHELL, act=act, reference=stream,
    )  # fmt: skip


@certificate.command()
@click.argument("reference")
@_actor
@pass_home
def withdraw(home: Home, reference: str, actor: str) -> None:
    """Give up a draft or an intent that nobody waits for; its number stays void."""
    with home.opened() as system:
        stream = find_stream(system, reference)
        act = system.act(actor, "signer")
        certificates.withdraw(system.facts, certificate=stream, act=act)
        _say(system, stream)


@certificate.command()
@click.argument("reference")
@_actor
@pass_home
def outdate(home: Home, reference: str, actor: str) -> None:
    """Record that the records have changed since the certificate was issued."""
    with home.opened() as system:
        stream = find_certificate(system, reference)
        act = system.act(actor, "case_officer", _authority(system, stream))
        certificates.outdate(system.facts, certificate=stream, act=act)
        _say(system, stream)


def _say(system: System, stream: UUID) -> None:
    click.echo(f"{stream}: {certificates.load(system.reading, stream).certificate.phase.value}")


def _authority(system: System, stream: UUID) -> str | None:
    intent = certificates.load(system.reading, stream).certificate.intent
    return None if intent is None else intent.authority


def _act(system: System, actor: str, authority: str | None) -> Act:
    return system.act(actor, "signer", authority)


def _kind(code: str) -> CertificateKind:
    if code not in KINDS:
        raise RefusedError("kind_unknown", "this program does not know this kind of certificate")
    return KINDS[code]


def _object(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(read(file))
    except ValueError as error:
        raise InvalidInputError(str(file), "not_json", "a JSON object in UTF-8") from error
    if not isinstance(value, dict):
        raise InvalidInputError(str(file), "not_an_object", "a JSON object in UTF-8")
    return value
