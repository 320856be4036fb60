"""What is known to break a rule and may, for a while: the file of exceptions, and what is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from audit.fault import Fault
from finding import Finding

FILE = "audit/exceptions.yaml"

_Words = Annotated[str, Field(min_length=1)]
# Something must be named: an exception for all there is switches its rules off.
_Named = Annotated[str, Field(pattern=r"[^*?/]")]

# About a year: then somebody decides again.
_LONGEST_DAYS = 400


class Exemption(BaseModel):
    """`ids` of rules may be broken by `resources` (`*` stands for anything) until `closing_condition` is met, or until
    the day `expires`: then somebody decides again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    ids: Annotated[list[_Words], Field(min_length=1)]
    resources: Annotated[list[_Named], Field(min_length=1)]
    reason: _Words
    closing_condition: _Words
    expires: date

    def covers(self, fault: Fault) -> bool:
        return fault.rule in self.ids and any(fnmatchcase(fault.resource, each) for each in self.resources)


def read(text: str) -> list[Exemption] | list[Finding]:
    """The exceptions of a file's text, or what is wrong with it."""
    try:
        return _EXEMPTIONS.validate_python(YAML(typ="safe").load(text))
    except YAMLError as error:
        return [_finding("is no YAML", str(error), "mend it")]
    except ValidationError as error:
        return [_finding(each["msg"], _path(each["loc"]), "write it as the others") for each in error.errors()]
    except ValueError as error:  # ruamel.yaml's own, for 2027-02-30
        return [_finding("holds a day that there is not", str(error), "write one that there is, as YYYY-MM-DD")]


_EXEMPTIONS: TypeAdapter[list[Exemption]] = TypeAdapter(list[Exemption])


def remaining(faults: Iterable[Fault], exemptions: Sequence[Exemption]) -> list[Fault]:
    """Those that no exception covers."""
    return sorted({fault for fault in faults if not any(each.covers(fault) for each in exemptions)})


def stale(faults: Sequence[Fault], exemptions: Sequence[Exemption], today: date) -> list[Finding]:
    """The exceptions that have expired or are for too long, and each id and resource that covers nothing any more."""
    findings = list[Finding]()
    for each in exemptions:
        covered = [fault for fault in faults if each.covers(fault)]
        unused = [rule for rule in each.ids if rule not in {fault.rule for fault in covered}]
        unused += [name for name in each.resources if not any(fnmatchcase(fault.resource, name) for fault in covered)]
        if each.expires < today:
            remedy = f"meet the closing condition ({each.closing_condition}) and remove it, or give it another day"
            findings.append(_finding("has expired", f"{', '.join(each.ids)}: {each.expires}", remedy))
        if each.expires > today + timedelta(_LONGEST_DAYS):
            found = f"{', '.join(each.ids)}: {each.expires}"
            findings.append(_finding(f"is for more than {_LONGEST_DAYS} days", found, "give it an earlier day"))
        if unused:
            findings.append(_finding("covers nothing", ", ".join(unused), "remove what nobody breaks any more"))
    return findings


def _finding(what: str, found: str, remedy: str) -> Finding:
    return Finding(where=FILE, what=what, found=re.sub(r"\s+", " ", found), remedy=remedy)


def _path(location: Sequence[Any]) -> str:
    return ".".join(str(each) for each in location) or "the whole file"
