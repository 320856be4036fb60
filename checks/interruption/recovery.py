"""What AWS has made of the creations that a killed engine had begun, as the file that `pulumi import` reads."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from checks.interruption.pending import Creation, Interrupted
from checks.interruption.trace import FINDERS, MADE_AGAIN
from checks.session import Session
from settings.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A creation, and what there is of it: no id, as a rule one. `is_made_again`: nobody asks, for it does no harm.
    `is_replacement`: the state still has what it replaces, and pulumi imports nothing in its place.
    """

    creation: Creation
    ids: Sequence[str] = ()
    is_made_again: bool = False
    is_replacement: bool = False

    @property
    def is_imported(self) -> bool:
        return bool(self.ids) and not self.is_replacement


class UnknownTypeError(LookupError):
    """A type of which nobody has said how it is found."""


class UnreadableError(LookupError):
    """The inputs of a creation, or AWS's answer about it, lack what it is found by: its name, and what is missing."""


def traces(session: Session, stack: Stack, interrupted: Interrupted) -> list[Trace]:
    """In the order in which they were begun. Raises UnknownTypeError, UnreadableError, and what the session
    raises.
    """

    def trace(creation: Creation) -> Trace:
        if creation.type_ in MADE_AGAIN:
            return Trace(creation=creation, is_made_again=True)
        if creation.type_ not in FINDERS:
            raise UnknownTypeError(creation.type_)
        try:
            found = [*FINDERS[creation.type_](session, stack, creation.inputs)]
        except LookupError as error:
            raise UnreadableError(creation.name, error) from None
        except ClientError as error:
            if not error.response.get("Error", {}).get("Code", "").endswith("NotFound"):
                raise
            found = []  # what it would be part of is gone
        ids = [id_ for id_ in found if (creation.type_, id_) not in interrupted.known]
        return Trace(creation=creation, ids=ids, is_replacement=creation.urn in interrupted.urns)

    with ThreadPoolExecutor() as threads:
        return list(threads.map(trace, _of_resources(interrupted.creations)))


def _of_resources(creations: Sequence[Creation]) -> Iterator[Creation]:
    """Components and providers are the engine's own: AWS has nothing of them."""
    return (each for each in creations if not each.type_.startswith(("pairva:", "pulumi:")))


def document(found: Sequence[Trace]) -> dict[str, Any]:
    """As https://www.pulumi.com/docs/iac/cli/commands/pulumi_import/ has it: parents go by names of the file's own."""
    made = [each for each in found if each.is_imported]
    urns = dict.fromkeys(each.creation.parent for each in made)
    parents = {urn: f"parent{number}" for number, urn in enumerate(urns)}
    return {
        "nameTable": {name: urn for urn, name in parents.items()},
        "resources": [
            {
                "type": each.creation.type_,
                "name": each.creation.name,
                "id": each.ids[0],
                "parent": parents[each.creation.parent],
            }
            for each in made
        ],
    }
