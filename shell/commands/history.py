"""The facts of one stream, as they were recorded."""

from dataclasses import asdict

import click

from shell.home import Home
from shell.lines import as_json, pass_home, tell
from shell.references import find_stream
from shell.story import Told, clear_history, personal_history


@click.command()
@click.argument("reference")
@click.option("--personal", is_flag=True, help="Also what is about a person; the look is recorded.")
@click.option("--legal-basis", help="On what law or consent the look rests.")
@click.option("--actor", default="shell", show_default=True, help="Who looks, for the record.")
@as_json
@pass_home
def history(
    home: Home,
    reference: str,
    *,
    personal: bool,
    legal_basis: str | None,
    actor: str,
    as_json: bool,
) -> None:
    """Show the facts of REFERENCE in their order.

    REFERENCE is a stream's identifier, a certificate's number or short code, or a dossier code.
    """
    with home.opened() as system:
        stream = find_stream(system, reference)
        if personal:
            act = system.act(actor, "operator", legal_basis=legal_basis)
            facts = personal_history(system, stream, act)
        else:
            facts = clear_history(system, stream)
    if as_json:
        tell({"stream": str(stream), "facts": [asdict(fact) for fact in facts]})
        return
    click.echo(f"stream {stream}")
    for fact in facts:
        _show(fact, personal=personal)


def _show(fact: Told, *, personal: bool) -> None:
    click.echo(f"{fact.position:>8}  {fact.at}  {fact.topic}  by {fact.actor} ({fact.role})")
    for name, value in fact.clear.items():
        click.echo(f"{'':10}{name}: {'-' if value is None else value}")
    if personal:
        for name, value in fact.sealed.items():
            click.echo(f"{'':10}{name} (sealed): {'-' if value is None else value}")
    elif fact.sealed:
        click.echo(f"{'':10}sealed: {', '.join(fact.sealed)}")
