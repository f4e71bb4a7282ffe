"""Persons who are known twice: compare all, list what waits, show two side by side, judge them."""

import re
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.calendar import local_day
from ledger.cleaning.comparing import LEVEL_WORDS, TRAIT_WORDS
from ledger.cleaning.likelihood import DEFAULT_THRESHOLD
from ledger.cleaning.traits import Described
from ledger.commands import cleaning as commands
from ledger.commands.cleaning import Compared, SideBySide
from ledger.commands.facilities import facility_province
from ledger.commands.identities import OfProvince
from ledger.commands.mixtures import Mixed, find_mixed, look_at_mixed
from ledger.identifiers import check_province
from ledger.records.access import Channel
from ledger.records.cleaning import SURE, Judgement
from projections.cleaning_pairs import WAITING
from projections.cleaning_queries import FIRST, MOST, STATES, Cursor, listed, outcomes
from projections.columns import moment as moment_of
from shell.extras import extra
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell

ROLE: Final = "data_steward"
_JUDGEMENTS: Final = click.Choice([judgement.value for judgement in Judgement])
_MEMORY: Final = re.compile(r"[1-9][0-9]{0,5}(MB|GB)", re.ASCII)
_actor = click.option("--actor", required=True, help="Reference of the steward's account.")


def _memory(_context: click.Context, _option: click.Parameter, typed: str) -> str:
    if not _MEMORY.fullmatch(typed):
        raise click.BadParameter("expected an amount such as 512MB or 4GB")
    return typed


@click.group()
def cleaning() -> None:
    """Find persons who are known twice, and judge what was found."""


@cleaning.command()
@click.option(
    "--threshold", type=float, default=DEFAULT_THRESHOLD, show_default=True,
    help="Probability from which on a pair is proposed; higher is more often right and finds less.",
)  # fmt: skip
@click.option(
    "--memory", default="1GB", show_default=True, callback=_memory,
    help="What the comparison may take, in MB or GB.",
)  # fmt: skip
@click.option(
    "--province",
    help="Code: only persons whom a facility or an authority there has told of; opens no others.",
)
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@_actor
@as_json
@pass_home
def propose(
    home: Home, *, threshold: float, memory: str, province: str | None, threads: int, actor: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Compare everybody who is known, in memory, and propose the pairs that may be one person."""
    linkage = extra("cleaning", "ledger.linkage")
    with home.opened() as system:
        ended = commands.propose(
            system.facts,
            linkage.SplinkMatcher(threads=threads, memory=memory),
            run=system.clockwork.new_id(),
            act=system.act(actor, ROLE),
            threshold=threshold,
            part=None if province is None else _part(system, province),
        )
    told = asdict(ended)
    if as_json:
        tell(told)
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' '):<13} {value}")


def _part(system: System, province: str) -> OfProvince:
    today = local_day(system.clockwork.now())
    code = check_province(province, on=today, place="--province")
    authorities = {one.code: one.province for one in system.settings.authorities}

    def province_of(organisation: str) -> str | None:
        known = authorities.get(organisation)
        return known if known is not None else facility_province(system.reading, organisation)

    return OfProvince(code, system.reading, system.facts, province_of)


@cleaning.command("list")
@click.option("--state", type=click.Choice(STATES), default=WAITING, show_default=True)
@click.option("--after", help="Where the page before ended: likelihood and pair with a colon.")
@click.option("--limit", type=click.IntRange(1, 1000), default=MOST, show_default=True)
@as_json
@pass_home
def list_pairs(home: Home, *, state: str, after: str | None, limit: int, as_json: bool) -> None:
    """List pairs, the likeliest first; pseudonyms only."""
    cursor = FIRST if after is None else _cursor(after)
    with home.opened() as system:
        system.projector.catch_up()
        with system.views.database.reading() as session:
            page = listed(session, state=state, after=cursor, limit=limit)
    following = None if page.after is None else f"{page.after.likelihood}:{page.after.pair}"
    if as_json:
        tell({"pairs": [row._asdict() for row in page.pairs], "after": following})
        return
    table(
        [
            (row.pair, f"{row.likelihood / SURE:.2%}", row.grade, row.state,
             moment(moment_of(row.proposed_at)), row.judged_by)
            for row in page.pairs
        ],
        head=("PAIR", "LIKELY", "GRADE", "STATE", "PROPOSED", "JUDGED BY"),
    )  # fmt: skip
    if following is not None:
        click.echo(f"more: --after {following}", err=True)


def _cursor(typed: str) -> Cursor:
    likelihood, _, pair = typed.partition(":")
    if not (likelihood.isascii() and likelihood.isdigit() and len(likelihood) <= len(str(SURE))):
        raise click.UsageError("--after: expected what the page before said")
    return Cursor(int(likelihood), pair)


@cleaning.command()
@click.argument("pair", type=click.UUID)
@click.option("--legal-basis", required=True, help="On what law or decision the look rests.")
@_actor
@as_json
@pass_home
def show(home: Home, pair: Any, *, legal_basis: str, actor: str, as_json: bool) -> None:
    """Show the two persons of PAIR side by side; both of them can see that somebody looked."""
    with home.opened() as system:
        act = system.act(actor, ROLE, legal_basis=legal_basis)
        shown = commands.look(system.facts, pair=pair, act=act, channel=Channel.SHELL)
    if as_json:
        tell(_told(shown))
        return
    _show(shown)


def _told(shown: SideBySide) -> dict[str, object]:
    return {
        "pair": str(shown.pair),
        "likelihood": shown.state.proposed.likelihood / SURE,
        "grade": shown.state.proposed.grade.value,
        "judgement": None if shown.state.judgement is None else shown.state.judgement.value,
        "waits": shown.state.waits,
        "compared": [_pair_told(one) for one in shown.compared],
    }


def _pair_told(one: Compared) -> dict[str, object]:
    levels = {trait.value: level.value for trait, level in one.comparison.levels.items()}
    return {"one": asdict(one.one), "other": asdict(one.other), "levels": levels}


def _show(shown: SideBySide) -> None:
    proposed = shown.state.proposed
    click.echo(f"pair {shown.pair}  {proposed.likelihood / SURE:.2%} {proposed.grade.value}")
    if not shown.compared:
        click.echo("nothing of one of them can be read any more")
    for compared in shown.compared:
        click.echo("")
        _show_compared(compared, (str(proposed.one), str(proposed.other)))


def _show_compared(compared: Compared, names: tuple[str, str]) -> None:
    rows = [
        (TRAIT_WORDS[trait].en, one, other, LEVEL_WORDS[level].en)
        for (trait, level), one, other in zip(
            compared.comparison.levels.items(), _values(compared.one), _values(compared.other),
            strict=True,
        )
    ]  # fmt: skip
    table(rows, head=("", *names, "AGREE"))


def _values(one: Described) -> tuple[object, ...]:
    """Return what stands in each line of a comparison, in the order of its traits."""
    numbers = [f"{kind} {value}" for kind, value in one.numbers]
    personal = [number for number in numbers if number.startswith("personal ")][:1]
    others = [number for number in numbers if number not in personal]
    household = [part for part in (one.phone, one.address) if part]
    return (
        one.name, one.birth, one.sex, ", ".join(personal), ", ".join(others),
        "; ".join(household),
    )  # fmt: skip


@cleaning.command()
@click.argument("pair", type=click.UUID)
@click.argument("judgement", type=_JUDGEMENTS)
@click.option("--reason", required=True, help="Why; sealed, as it may name a person.")
@_actor
@pass_home
def judge(home: Home, pair: UUID, judgement: str, *, reason: str, actor: str) -> None:
    """Say that the two of PAIR are the same, different, or that it is unsure.

    Who are the same read as one health book from then on, who are different as two.
    """
    with home.opened() as system:
        commands.judge(
            system.facts, pair=pair, judgement=Judgement(judgement), reason=reason,
            act=system.act(actor, ROLE),
        )  # fmt: skip


@cleaning.command()
@click.argument("subject", type=click.UUID, required=False)
@click.option("--legal-basis", help="On what law or decision the look at SUBJECT rests.")
@_actor
@as_json
@pass_home
def mixed(home: Home, subject: Any, *, legal_basis: str | None, actor: str, as_json: bool) -> None:
    """Find persons in whose book somebody else may stand: their descriptions contradict.

    Prints pseudonyms. With SUBJECT, shows that person's descriptions pair by pair; they can see
    that somebody looked.
    """
    compared: tuple[Compared, ...] = ()
    found: tuple[Mixed, ...] = ()
    with home.opened() as system:
        act = system.act(actor, ROLE, legal_basis=legal_basis)
        if subject is None:
            found = find_mixed(system.facts, run=system.clockwork.new_id(), act=act)
        else:
            compared = look_at_mixed(system.facts, subject=subject, act=act, channel=Channel.SHELL)
    if subject is not None:
        _tell_compared(compared, as_json=as_json)
    elif as_json:
        tell([asdict(one) for one in found])
    else:
        rows = [(one.subject, one.descriptions, ", ".join(one.traits)) for one in found]
        table(rows, head=("PERSON", "DESCRIPTIONS", "CONTRADICT"))


def _tell_compared(compared: tuple[Compared, ...], *, as_json: bool) -> None:
    if as_json:
        tell([_pair_told(one) for one in compared])
        return
    for one in compared:
        click.echo("")
        _show_compared(one, ("ONE", "OTHER"))


@cleaning.command()
@as_json
@pass_home
def report(home: Home, *, as_json: bool) -> None:
    """Say what became of the proposals: how right each method and grade really is."""
    with home.opened() as system:
        system.projector.catch_up()
        with system.views.database.reading() as session:
            found = outcomes(session)
    if as_json:
        tell([{**asdict(one), "precision": one.precision} for one in found])
        return
    table(
        [
            (one.method, one.grade, one.waiting, one.same, one.different, one.unsure,
             None if one.precision is None else f"{one.precision:.1%}")
            for one in found
        ],
        head=("METHOD", "GRADE", "WAITING", "SAME", "DIFFERENT", "UNSURE", "RIGHT"),
    )  # fmt: skip
