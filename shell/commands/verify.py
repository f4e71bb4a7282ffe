"""Checking a certificate, and writing what is needed to check without a network."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ledger.identifiers import FACILITY_CODE
from shell.checking import Sources, check_all, exit_of, given_by
from shell.home import Home, read, write
from shell.lines import Moment, as_json, pass_home, tell
from verify_api.verdict_json import verdict_json

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("code")
@click.option("--bundle", type=_FILE, help="Check offline, by this bundle alone.")
@click.option("--root", type=_FILE, help="Pinned root for --bundle; the home's if left out.")
@click.option("--trust", type=_FILE, multiple=True,
              help="Keys of a foreign issuer (PEM, DER, JWKS), or issuers in TOML.")  # fmt: skip
@click.option(
    "--policy", type=_FILE, help="Logs and witnesses that are believed, offline (C2SP tlog-policy)."
)
@click.option("--proof", "proofs", type=_FILE, multiple=True,
              help="The log's proof or landmark proof, offline; a PDF brings its own.")  # fmt: skip
@click.option("--landmarks", type=_FILE, multiple=True,
              help="A list that is kept, offline; --policy judges it once.")  # fmt: skip
@click.option("--facility", help="Code of the one that would take a referral or appointment in.")
@click.option("--at", type=Moment(), help="The moment to judge; now if left out.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@as_json
@pass_home
def verify(
    home: Home,
    code: str,
    *,
    bundle: Path | None,
    root: Path | None,
    trust: tuple[Path, ...],
    policy: Path | None,
    proofs: tuple[Path, ...],
    landmarks: tuple[Path, ...],
    facility: str | None,
    at: datetime | None,
    lang: str,
    as_json: bool,
) -> None:
    """Check CODE: a code's text, a PNG, JPEG or PDF that shows it, or - for standard input.

    Exits with 0 if it is valid, 1 if it is not, 2 if nobody can tell. Of several codes in one
    picture each is answered; one that is not valid makes the whole a no.
    """
    when = at or home.clockwork.now()
    if facility is not None:
        FACILITY_CODE.check(facility, place="--facility")
    given = given_by(code)
    named = tuple(read(proof).decode("utf-8", "replace") for proof in proofs)
    held = named or given.proofs
    sources = Sources(home, bundle, root, trust, facility, policy, held, landmarks)
    verdicts = check_all(given.texts, sources, when)
    answers = [verdict_json(verdict, lang) for verdict in verdicts]
    if as_json:
        tell(answers[0] if len(answers) == 1 else answers)
    else:
        for answer in answers:
            _show(answer)
    sys.exit(exit_of(verdicts))


def _show(answer: Any) -> None:
    click.echo(f"{answer['overall_text'].upper()}: {answer['heading']}")
    click.echo(answer["sentence"])
    for row in answer["rows"]:
        click.echo(f"  {row['axis']:<13} {row['text']} ({row['value']})")
    for reason in answer["reasons"]:
        click.echo(f"  {'reason':<13} {reason['text']} ({reason['code']})")
    if answer["issuer"]:
        click.echo(f"  {'issuer':<13} {answer['issuer']['name']} ({answer['issuer']['code']})")
    _show_acceptance(answer["acceptance"])
    _show_certificate(answer["certificate"] or {})
    _show_evidence(answer["evidence"])
    click.echo(answer["next_step"])
    if answer["caution"]:
        click.echo(answer["caution"])


def _show_acceptance(acceptance: Any) -> None:
    if acceptance is None:
        return
    click.echo(f"  {'accepted by':<13} {', '.join(acceptance['places'])}")
    click.echo(
        f"  {'present until':<13} {acceptance['until']}, {acceptance['days_left']} days left"
    )
    for name in ("appointed_on", "used_by", "used_since"):
        if acceptance[name]:
            click.echo(f"  {name.replace('_', ' '):<13} {acceptance[name]}")
    click.echo(f"  {'do':<13} {acceptance['next_step']}")


def _show_certificate(certificate: Any) -> None:
    if "number" in certificate:
        click.echo(f"  {'number':<13} {certificate['number']}, {certificate['title']}")
        click.echo(
            f"  {'issued':<13} {certificate['issued_at']}, until {certificate['expires_at']}"
        )
    for name, value in (certificate.get("holder") or {}).items():
        click.echo(f"  {name:<13} {value}")
    claims = certificate.get("claims") or []
    if isinstance(claims, dict):
        tell(claims)
        return
    for claim in claims:
        click.echo(f"  {claim['name']:<13} {claim['text'] or claim['value']}")


def _show_evidence(evidence: Any) -> None:
    trust, status = evidence["trust_list"], evidence["status"]
    if trust:
        click.echo(f"  {'trust list':<13} {trust['version']}, of {trust['issued_at']}")
    if status["as_of"]:
        click.echo(f"  {'status':<13} by the {status['source']}, as of {status['as_of']}")
    if (log := evidence.get("log")) and log["index"] is not None:
        cosigned = log["logged_at"] or "by none"
        by = f", by {log['by'].replace('_', ' ')}" if log["by"] else ""
        head = f" under {log['size']} entries, {log['witnesses']} witnesses" if log["size"] else ""
        click.echo(f"  {'in the log':<13} at {log['index']}{head}, cosigned {cosigned}{by}")
    for number in status["superseded_by"]:
        click.echo(f"  {'superseded by':<13} {number}")


@click.group()
def bundle() -> None:
    """What offline verifiers need."""


@bundle.command("write")
@click.argument("file", type=_FILE)
@pass_home
def write_(home: Home, file: Path) -> None:
    """Write the signed bundle to FILE: trust lists, status lists, and whom the settings believe."""
    with home.opened() as system:
        content = system.bundle(system.clockwork.now())
    write(file, content)
    click.echo(f"{file}: {len(content)} bytes")
