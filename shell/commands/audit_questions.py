"""What an auditor asks of records and officers; answered from facts alone, never from a view.

Without a case number nothing about a person is opened. With one, the look is a fact first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import click

from app import System
from ledger.audit.acts import acts_of, counted
from ledger.audit.as_of import as_of
from ledger.audit.findings import EXIT
from ledger.audit.plain import plain
from ledger.calendar import local_day
from ledger.clinical.sections import Section, section
from ledger.commands.audited_book import audited_book
from ledger.commands.reading import Moments
from ledger.facts import FactStore
from projections.recount import published, recounted
from shell.audit_records import every_fact, find_record, opened_for
from shell.home import Home
from shell.lines import Moment, as_json, pass_home, table, tell
from verify_api.book_json import entry_json
from verify_api.desk.auditing_records import Case, erased_word, told
from verify_api.desk.auditing_records import history as history_of_record

F = TypeVar("F", bound=Callable[..., Any])
_HEAD: Final = ("POSITION", "AT", "FACT", "ACTOR", "ROLE", "WHERE", "WHY")


def in_case(command: F) -> F:
    """Add the options that say who looks and for which case."""
    actor = click.option("--actor", default="shell", show_default=True, help="Who looks.")
    case = click.option("--case", "case_number", help="Open what is about persons; recorded first.")
    return actor(case(command))


@click.command("as-of")
@click.argument("at", metavar="TIME", type=Moment())
@click.argument("record")
@click.option("--effective", type=Moment(), help="And what had happened in the world by then.")
@in_case
@as_json
@pass_home
def as_of_command(
    home: Home, at: datetime, record: str, *, effective: datetime | None,
    actor: str, case_number: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show RECORD as the ledger knew it at TIME.

    RECORD is a certificate's number, a dossier code, a stream, or a person's pseudonym. Of a
    person, in a case, their health book is folded as well, as of both times.
    """
    case = Case(actor, case_number)
    with home.opened() as system:
        found = find_record(system, record)
        facts = opened_for(system, case, found)
        answers = [_as_of(facts, one, at, effective, case) for one in found.streams]
        persons = found.subjects if found.is_person and case.number is not None else ()
        books = [_book(system, subject, at, effective) for subject in persons]
    if as_json:
        tell([*answers, *books])
        return
    for answer in answers:
        _show_state(answer)
    for one in books:
        _show_book(one)


def _as_of(
    facts: FactStore, stream: Any, at: datetime, effective: datetime | None, case: Case
) -> dict[str, Any]:
    then = as_of(facts.history(stream).recorded, at, effective=effective)
    return {
        "stream": str(stream),
        "recorded_until": plain(at),
        "effective_until": plain(effective),
        "version": then.counted[-1].version if then.counted else 0,
        "position": then.counted[-1].position if then.counted else 0,
        "later_facts": then.later,
        "state": None if then.state is None else plain(then.state, erased=erased_word(case)),
        "facts": [told(one, case) for one in then.counted],
    }


def _book(
    system: System, subject: UUID, at: datetime, effective: datetime | None
) -> dict[str, Any]:
    """Return a person's health book at both times; the look at it is recorded by now."""
    day = None if effective is None else local_day(effective)
    moments = Moments(at, day)
    book, subjects = audited_book(system.facts, every_fact(system.reading), subject, moments)
    return {
        "health_book": str(subject),
        "recorded_until": plain(at),
        "effective_until": plain(day),
        "reads_as_one": [str(one) for one in subjects],
        "entries": [entry_json(item, "en") for item in section(book, Section.TIMELINE)],
    }


def _show_book(answer: Mapping[str, Any]) -> None:
    click.echo(
        f"health book {answer['health_book']}: {len(answer['entries'])} entries known at "
        f"{answer['recorded_until']}, of what was so by {answer['effective_until'] or 'then'}"
    )
    table(
        [
            (one["start"] or one["recorded"], one["kind"], one["status"], one["text"],
             one["facility"])
            for one in answer["entries"]
        ],
        head=("WHEN", "KIND", "STATUS", "WHAT", "FROM"),
    )  # fmt: skip


def _show_state(answer: Mapping[str, Any]) -> None:
    click.echo(
        f"stream {answer['stream']}: version {answer['version']} at position "
        f"{answer['position']}; {answer['later_facts']} later facts not counted"
    )
    if isinstance(answer["state"], Mapping):
        table(sorted(answer["state"].items()))
    _show_facts(answer["facts"])


@click.command()
@click.argument("record")
@in_case
@as_json
@pass_home
def history(home: Home, record: str, *, actor: str, case_number: str | None, as_json: bool) -> None:
    """Show all that was done to RECORD, and who was shown it: who, what, when, why."""
    case = Case(actor, case_number)
    with home.opened() as system:
        found = find_record(system, record)
        facts = opened_for(system, case, found)
        rows = [told(one, case) for one in history_of_record(facts, system.reading, found)]
    _answer(rows, as_json=as_json)


@click.command("acts-of")
@click.argument("officer")
@click.option("--from", "since", type=Moment(), help="From this time on.")
@click.option("--to", "until", type=Moment(), help="Until before this time.")
@as_json
@pass_home
def acts_of_command(
    home: Home, officer: str, *, since: datetime | None, until: datetime | None, as_json: bool
) -> None:
    """Show every fact that was recorded in the name of the account OFFICER, looks included."""
    case = Case(officer, None)
    with home.opened() as system:
        done = list(acts_of(every_fact(system.reading), officer, since=since, until=until))
    rows, counts = [told(one, case) for one in done], counted(done)
    if as_json:
        tell({"officer": officer, "counts": counts, "acts": rows})
        return
    _show_facts(rows)
    table(counts.items(), head=("FACT", "TIMES"))


@click.command()
@click.option("--as-of", "position", type=click.IntRange(1), help="Count up to this position.")
@click.option("--views", "url", help="Published figures elsewhere than in this home.")
@as_json
@pass_home
@click.pass_context
def stats(
    context: click.Context, home: Home, *, position: int | None, url: str | None, as_json: bool
) -> None:
    """Count every published figure again from the facts, and compare where views stand there.

    Exit codes: 0 equal, 1 a published figure differs, 2 a view stands at another position.
    """
    with home.opened() as system:
        tables = published(url or system.settings.views)
        answer = recounted(system.reading, tables, position)
    if as_json:
        tell(answer)
    else:
        _show_figures(answer)
    if answer["findings"]:
        context.exit(EXIT.findings)
    if any(one["compared"] is False for one in answer["tables"]):
        context.exit(EXIT.could_not_check)


def _show_figures(answer: Mapping[str, Any]) -> None:
    click.echo(f"counted from facts 1 to {answer['position']}")
    for one in answer["tables"]:
        click.echo(f"{one['table']} (published for position {one['published_at_position']})")
        lines = [
            (row["key"], ", ".join(f"{name} {n}" for name, n in row.items() if name != "key" and n))
            for row in one["figures"]
        ]
        table(lines, head=("KEY", "FIGURES"))
    for found in answer["findings"]:
        click.echo(
            f"{found['code']} {found['place']}: counted {found['expected']}, "
            f"published {found['found']}"
        )


def _answer(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        tell(rows)
    else:
        _show_facts(rows)


def _show_facts(rows: Sequence[Mapping[str, Any]]) -> None:
    table(_lines(rows), head=_HEAD)


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        says = row["says"]
        why = row["legal_basis"] or says.get("purpose") or says.get("ground")
        yield (
            row["position"], row["at"], row["topic"], row["actor"], row["role"],
            row["organisation"], why,
        )  # fmt: skip


COMMANDS: Final = (as_of_command, history, acts_of_command, stats)
