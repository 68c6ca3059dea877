"""``sekisho demo``: the night of the lost stick, on an invented city."""

from pathlib import Path

import click

from sekisho.cli.command import PATH, command
from sekisho.cli.session import Session, pass_session

_QUICK_PEOPLE = 5_000


@command("demo", office=False)
@click.option("--quick", is_flag=True)
@click.option("--city", type=PATH)
@click.option("--out", type=PATH, default="demo-night")
@click.option("--seed", type=click.IntRange(0), default=2022_06_21)
@pass_session
def run(session: Session, *, quick: bool, city: Path | None, out: Path, seed: int) -> None:
    """Play, or only make the city."""
    people = _QUICK_PEOPLE if quick else None
    if city is not None:
        from sekisho.demo.examples import write_examples

        made = write_examples(city, people=people, seed=seed, today=session.clock.now().astimezone().date())
        session.emit({"folder": str(city), "files": made}, [session.say("demo.city_made", path=city), *made])
        return
    from sekisho.demo.night import play

    stage = play(out, language=session.language, people=people, seed=seed, quiet=session.json)
    if session.json:
        acts = [{"act": act.title, "seconds": round(act.seconds, 1)} for act in stage.acts]
        session.emit({"folder": str(out), "acts": acts}, [])
