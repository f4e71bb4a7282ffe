"""`records simulate`: a day of the country as load, on a service over a demonstration."""

import random
import signal
from threading import Event
from time import monotonic
from typing import Any

import click

from shell.home import Home
from shell.launch_scale import read_factor
from shell.lines import as_json, pass_home, table, tell
from shell.simulate import play
from shell.simulate_acts import Acts
from shell.simulate_client import Client
from shell.simulate_day import Kind, Plan, arrivals
from shell.simulate_tally import Tally
from shell.simulate_world import Cast, cast

_RUNS = 10**6


@click.command()
@click.option("--hours", type=float, default=1.0, show_default=True, help="Of the day.")
@click.option("--from", "begins", type=float, default=8.0, show_default=True,
              help="Hour of the day at which it begins.")  # fmt: skip
@click.option("--scale", default="1:1000", show_default=True, help="Of the country.")
@click.option("--rate", type=float, default=1.0, show_default=True,
              help="Hours of the day in an hour: 60 plays an hour in a minute.")  # fmt: skip
@click.option("--url", default="http://127.0.0.1:8000", show_default=True,
              help="Where `records serve` serves this home; on this machine only.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of what arrives when.")
@as_json
@pass_home
def simulate(
    home: Home, hours: float, begins: float, scale: str, rate: float, url: str, seed: int, *,
    as_json: bool,
) -> None:  # fmt: skip
    """Send a day of the country, or some hours of it, to a demonstration; Ctrl-C ends it."""
    plan = Plan(hours, begins, read_factor(scale), rate)
    client = Client(url, monotonic)
    with home.opened() as system:
        people = cast(system, client)
    report = _played(home, plan, client, people, seed)
    if as_json:
        tell(report)
    else:
        _show(report)


def _played(home: Home, plan: Plan, client: Client, people: Cast, seed: int) -> dict[str, Any]:
    tally, stop = Tally(), Event()
    dice = random.Random(seed)  # noqa: S311 (a story, not a secret)
    run = home.clockwork.draw(_RUNS)
    acts = Acts(
        client=client, people=people, tally=tally, clock=monotonic, now=home.clockwork.now,
        dice=random.Random(run), run=run,  # noqa: S311 (a story, not a secret)
    )  # fmt: skip
    expected = sum(plan.expected(kind) for kind in Kind)
    click.echo(f"about {expected:,.0f} arrivals in {plan.seconds:,.0f} s", err=True)

    def say(seconds: float) -> None:
        so_far = tally.report(seconds)["all"]
        late = so_far["late_ms"]["p99"] or 0.0
        click.echo(
            f"{seconds:,.0f} s: {so_far['arrived']:,} arrived, {so_far['a_second']:,} requests a "
            f"second, late by {late:,.0f} ms (p99), {sum(so_far['errors'].values()):,} errors",
            err=True,
        )

    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        seconds = play(acts, arrivals(plan, dice), clock=monotonic, stop=stop, tell=say)
    finally:
        signal.signal(signal.SIGINT, before)
    return {
        "hours": plan.hours, "from": plan.begins, "scale": f"1:{plan.factor}", "rate": plan.rate,
        "ended_early": stop.is_set(), **tally.report(seconds),
    }  # fmt: skip


def _show(report: dict[str, Any]) -> None:
    head = ("kind", "arrived", "done", "requests", "a second", "p50 ms", "p95 ms", "p99 ms",
            "late p99 ms", "errors")  # fmt: skip
    rows = [*report["kinds"].items(), ("all", report["all"])]
    table((_row(name, told) for name, told in rows), head=head)
    click.echo(f"\n{report['seconds']:,.1f} s{', ended early' if report['ended_early'] else ''}")
    for name, told in rows[:-1]:
        for problem, times in told["errors"].items():
            click.echo(f"  {name}: {problem} {times:,}")


def _row(name: str, told: dict[str, Any]) -> tuple[object, ...]:
    latency = told["latency_ms"]
    return (
        name, f"{told['arrived']:,}", f"{told['done']:,}", f"{told['requests']:,}",
        told["a_second"], latency["p50"], latency["p95"], latency["p99"],
        told["late_ms"]["p99"], sum(told["errors"].values()),
    )  # fmt: skip
