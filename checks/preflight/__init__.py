"""What can be known before anything is changed: asked of AWS and Docker with read-only calls, all at once."""

from collections import defaultdict
from typing import Protocol

import pulumi

import finding
from checks.preflight import build, capacity, credentials, domain, health, image, key, name, network, role, secret
from checks.preflight.inspection import ANSWER_SECONDS, inspect
from checks.preflight.result import Check, Outcome, Result
from checks.session import Session
from settings.stack import Stack


class Noun(Protocol):
    """A module of this folder: the questions that it has about a stack."""

    def checks(self, stack: Stack) -> list[Check]: ...


_NOUNS: tuple[Noun, ...] = (credentials, image, build, key, secret, role, network, domain, health, capacity, name)


def results(stack: Stack) -> list[Result]:
    """Everything that can be known about the stack's prerequisites, within three seconds."""
    # One answer each, at once or not at all: who asks again and again would keep `up` waiting.
    session = Session(stack, answer_within_seconds=ANSWER_SECONDS)
    return inspect(session, [check for noun in _NOUNS for check in noun.checks(stack)])


def require(stack: Stack) -> None:
    """Ends the program before it registers anything if a prerequisite is missing, and names all that are.

    Raises pulumi.RunError. Warnings, and what got no answer, are said and hold nothing up. What only the engine knows,
    whether a name is taken by others, is asked before each resource that it makes.
    """
    found = results(stack)
    warnings = [each.finding for each in found if each.outcome is Outcome.WARNING and each.finding]
    silent = defaultdict[str, list[str]](list)
    for each in found:
        if each.outcome is Outcome.UNCHECKED:
            silent[each.detail].append(each.subject)
    failures = [each.finding for each in found if each.outcome is Outcome.FAILED and each.finding]
    if warnings:
        pulumi.log.warn(finding.text(warnings))
    if failures:
        raise pulumi.RunError(f"{stack.name} cannot be deployed; nothing was changed.\n\n{finding.text(failures)}")
    if silent:
        told = [f"{', '.join(subjects)} ({why})" for why, subjects in silent.items()]
        pulumi.log.warn(f"not checked beforehand: {'; '.join(told)}")
    name.guard(stack)
