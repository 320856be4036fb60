"""`pairva check`: whether stack files are right, without the engine and without AWS."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Literal

import typer

from components import container
from finding import FORMS, Finding
from operations.stack_argument import ROOT
from settings import placeholder, stack_file, written
from settings.arn import Place
from settings.lines import in_file, spelled
from settings.network import MadeNetwork
from settings.stack import ServiceSettings, Stack


def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="instead of every stack file")] = None,
    form: Annotated[Literal["text", "json", "github"], typer.Option("--format", help="of the findings")] = "text",
) -> None:
    """Say everything that is wrong with the stack files, at once. Exit 1: there is something."""
    named = files or sorted(ROOT.glob("Pulumi.*.yaml"))
    if not named:
        typer.echo(f"There is no stack file, Pulumi.<stack>.yaml, in {ROOT}.", err=True)
        raise typer.Exit(2)
    findings, good = list[Finding](), list[str]()
    for file in named:
        result = stack_file.load(file)
        of_file = _of_containers(result, file) if isinstance(result, Stack) else result
        findings += [replace(each, where=f"{_from_here(file)}{each.where.removeprefix(file.name)}") for each in of_file]
        if isinstance(result, Stack) and not of_file:
            good += [f"{file.name}: good", *_notes(result, file)]
    if good:
        # Whoever asks for JSON reads nothing else on standard output.
        typer.echo("\n".join(good), err=form == "json")
    if findings or form == "json":
        typer.echo(FORMS[form](findings))
    raise typer.Exit(1 if findings else 0)


def _from_here(file: Path) -> str:
    """As one names it from where one stands: GitHub looks for it there, and two files may have one name."""
    place = file.absolute()
    return str(place.relative_to(Path.cwd())) if place.is_relative_to(Path.cwd()) else file.name


def _of_containers(stack: Stack, file: Path) -> list[Finding]:
    """Placeholders in what the program would register of the stack file's values; whose ARNs are known by then."""
    return [
        Finding(
            where=f"{file.name}: the container of {name}: {spelled(each.path)}",
            what=each.what,
            found=each.found,
            remedy=each.remedy,
        )
        for name, service in stack.services.items()
        for each in placeholder.within(container.definitions(service, _image(service)), Place())
    ]


def _image(service: ServiceSettings) -> str:
    return f"{service.repository_address}:{service.own.version}"


def _notes(stack: Stack, file: Path) -> list[str]:
    """What is meant to be so, and still worth a word each time."""
    tables = {key: getattr(stack, key).model_dump(by_alias=True, warnings=False) for key in ("aws", "deployment")}
    notes = [f"{spelled(in_file(each.path))} {each.what}" for each in written.elsewhere(tables)]
    notes += _out_of_reach(stack)
    if not stack.encrypted:
        notes.append("plain HTTP, for it names no domain: passwords and cookies can be read on their way")
    return [f"{file.name}: note: {note}" for note in notes]


def _out_of_reach(stack: Stack) -> Iterator[str]:
    network = stack.deployment.network
    if not isinstance(network, MadeNetwork) or network.nat != "none" or not network.endpoints:
        return
    for name, service in stack.services.items():
        for position, way in enumerate(service.own.egress):
            if not IPv4Network(way.cidr).subnet_of(IPv4Network(network.cidr)):
                where = spelled(in_file(("deployment", name, "egress", position)))
                yield f"{where} leads to {way.cidr}, and nothing leads out of the network: its endpoints end in AWS"
