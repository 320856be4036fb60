"""The policies of a stack's two roles: what the table says of all that the program registers, as IAM wants it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import finding
from access.grant import ANY, Grant
from access.table import ROWS, STACK
from finding import Finding
from settings.stack import Stack

# Of a managed policy, white space not counted (IAM user guide, "IAM and AWS STS quotas").
MOST_CHARACTERS = 6144

Document = Mapping[str, Any]

# IAM and Route 53 know no region, S3's names no account either.
_NO_REGION, _NO_ACCOUNT = {"iam", "route53", "s3"}, {"route53", "s3"}


@dataclass(frozen=True, kw_only=True)
class Known:
    """A resource that the program registers, or a lookup: `type` is its token, `kept` what nobody deletes."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    kept: bool = False


def documents(stack: Stack, program: Sequence[Known]) -> dict[str, Document]:
    """By the names of their files. The preview role has each `preview…`, the deploy role all of them.

    Raises LookupError for a type that the table does not know, and ValueError where no tag tells the stack's own.
    """
    words = _words(stack)
    own = [_filled(grant, words, stack) for grants in STACK for grant in grants(stack)]
    grants = [*_of_program(stack, program, words), *own]
    return {
        **_numbered("preview", _statements([each for each in grants if each.step == "read"])),
        **_numbered("deploy", _statements([each for each in grants if each.step != "read"])),
    }


def text(document: Document) -> str:
    """As it is committed."""
    return json.dumps(document, indent=2) + "\n"


def characters(document: Document) -> int:
    """As IAM counts them."""
    return len(json.dumps(document, separators=(",", ":")))


def _of_program(stack: Stack, program: Sequence[Known], words: Mapping[str, str]) -> Iterator[Grant]:
    if unknown := sorted({each.type for each in program} - ROWS.keys()):
        raise LookupError(f"no row in access/ says what {', '.join(unknown)} asks of AWS")
    for each in program:
        for grant in ROWS[each.type]:
            if not (grant.step == "delete" and each.kept):
                yield _filled(grant, {**words, **_inputs(each)}, stack)


def _words(stack: Stack) -> dict[str, str]:
    domain = stack.deployment.domain
    return {
        "partition": stack.account.partition,
        "account": stack.account.id,
        "stack": stack.name,
        "tag": _tag(stack),
        "prefix": stack.prefix,
        "domain": domain.name if domain else "",
    }


def _tag(stack: Stack) -> str:
    """The key of the tag whose value is the stack's name."""
    tags = stack.aws.default_tags.tags if stack.aws.default_tags else {}
    for key, value in tags.items():
        if value == stack.name:
            return key
    fault = Finding(
        where=f"Pulumi.{stack.name}.yaml: aws:defaultTags",
        what="no tag names the stack, so that no policy could tell what is its own",
        found=", ".join(f"{key}: {value}" for key, value in tags.items()),
        remedy=f"write tags: {{stack: {stack.name}}}",
    )
    raise ValueError(finding.text([fault]))


def _inputs(known: Known) -> dict[str, str]:
    inputs = {key: value for key, value in known.inputs.items() if isinstance(value, str)}
    image = inputs.get("imageName", "")
    return {"resource": known.name, "repository": image.rpartition(":")[0].rpartition("/")[2], **inputs}


def _filled(grant: Grant, words: Mapping[str, str], stack: Stack) -> Grant:
    return replace(
        grant,
        resources=tuple(_arn(each.format_map(words), stack) for each in grant.resources),
        condition=_worded(grant.condition, words),
    )


def _worded(condition: Any, words: Mapping[str, str]) -> Any:
    match condition:
        case str():
            return condition.format_map(words)
        case list():
            return [_worded(each, words) for each in condition]
        case _:
            return {key.format_map(words): _worded(value, words) for key, value in condition.items()}


def _arn(resource: str, stack: Stack) -> str:
    if resource == ANY or resource.startswith("arn:"):
        return resource
    api, _, rest = resource.partition(":")
    account, partition = stack.account, stack.account.partition
    if api == "registry":
        return f"arn:{partition}:ecr:{stack.registry.region}:{stack.registry.account_id}:{rest}"
    region, owner = "" if api in _NO_REGION else account.region, "" if api in _NO_ACCOUNT else account.id
    return f"arn:{partition}:{api}:{region}:{owner}:{rest}"


def _statements(grants: Sequence[Grant]) -> list[Mapping[str, Any]]:
    """Each action once for each condition; those on the same resources together."""
    resources = dict[tuple[str, str], set[str]]()
    for grant in grants:
        for action in grant.actions:
            resources.setdefault((action, json.dumps(grant.condition)), set()).update(grant.resources)
    actions = dict[tuple[str, tuple[str, ...]], list[str]]()
    for (action, condition), on in sorted(resources.items()):
        actions.setdefault((condition, (ANY,) if ANY in on else tuple(sorted(on))), []).append(action)
    return [
        {
            "Effect": "Allow",
            "Action": named,
            "Resource": list(on),
            **({"Condition": json.loads(condition)} if condition != "{}" else {}),
        }
        for (condition, on), named in sorted(actions.items(), key=lambda each: each[1])
    ]


def _numbered(name: str, statements: Sequence[Mapping[str, Any]]) -> dict[str, Document]:
    """As few documents as IAM takes them: `deploy`, `deploy-2`, …"""
    documents = list[Document]()
    for statement in statements:
        longer = _document([*documents[-1]["Statement"], statement]) if documents else None
        if longer and characters(longer) <= MOST_CHARACTERS:
            documents[-1] = longer
        else:
            documents.append(_document([statement]))
    return {f"{name}-{number}" if number > 1 else name: each for number, each in enumerate(documents, start=1)}


def _document(statements: Sequence[Mapping[str, Any]]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
