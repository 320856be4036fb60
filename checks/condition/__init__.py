"""How services are: asked of AWS with read-only calls, of all stacks at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from checks.condition.command import commands
from checks.condition.condition import Condition
from checks.condition.facts import Inquiry
from checks.condition.judgement import judge, unasked
from checks.question import Question, Unanswered
from checks.session import Session
from finding import Finding
from settings.stack import Stack

# One question, asked once; and all of them together.
_ANSWER_SECONDS, LONGEST_SECONDS = 3.0, 5.0

# What ECS would be told of each service's task, by its name; the image without version or digest.
Definitions = Mapping[str, Mapping[str, Any]]


def conditions(stacks: Sequence[tuple[Stack, Definitions]]) -> list[Condition]:
    """Each service of each stack, within five seconds; what has no answer by then is named."""
    deadline = monotonic() + LONGEST_SECONDS
    asked = [_Stack(stack, definitions, deadline) for stack, definitions in stacks]
    return [condition for each in asked for condition in each.conditions()]


class _Stack:
    """A stack that is being asked about. A stack's silence, or its refusal, is no other's."""

    def __init__(self, stack: Stack, definitions: Definitions, deadline: float) -> None:
        session = Session(stack, answer_within_seconds=_ANSWER_SECONDS)
        self._stack, self._definitions, self._deadline = stack, definitions, deadline
        self._refusal = Question(f"credentials for {stack.name}", session.refusal)
        self._asked = {name: Inquiry(session, service, deadline) for name, service in stack.services.items()}

    def conditions(self) -> list[Condition]:
        refusal = self._refusal.until(self._deadline)
        if refusal:
            why = refusal.why if isinstance(refusal, Unanswered) else _sentence(refusal)
            return [unasked(service, [why]) for service in self._stack.services.values()]
        return [self._condition(name, inquiry) for name, inquiry in self._asked.items()]

    def _condition(self, name: str, inquiry: Inquiry) -> Condition:
        service, facts = self._stack.services[name], inquiry.facts()
        condition = judge(service, self._definitions[name], facts)
        return replace(condition, commands=tuple(commands(self._stack, service, facts)))


def _sentence(refusal: Finding) -> str:
    return " ".join(f"{refusal.what} ({refusal.found}): {refusal.remedy}".split())
