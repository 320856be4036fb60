"""What a reviewer must not overlook in a plan, each with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from review import opening, release, service
from review.difference import Difference
from review.duration import deploys
from review.outage import Outage
from review.plan import Change, Plan, short_type
from settings.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Label:
    """`about` is a service or resource."""

    kind: str
    about: str
    why: str


# A new revision, or a row of bookkeeping: nothing is down while it is replaced.
_REPLACED_QUIETLY = ("ecs/taskDefinition", "index/image")

_STATEFUL: Mapping[str, str] = {
    "cloudwatch/logGroup": "every log line in it",
    "ecr/repository": "every image in it",
    "ssm/parameter": "its value and its history of earlier verdicts",
    "secretsmanager/secret": "the secret",
    "kms/key": "the key, and with it all that it encrypted",
}
_STATEFUL_SERVICES = ("s3", "rds", "dynamodb", "efs", "elasticache", "docdb", "sqs", "backup", "ebs")


def unproven(plan: Plan, services: Sequence[str]) -> Iterator[Label]:
    """A deployment that failed, or was never followed to its end."""
    for name in services:
        proof = service.proof(plan, name)
        if proof and proof.is_stale:
            latest, good = (each.rpartition("/")[2] for each in (proof.latest, proof.task_definition))
            before = "nor did any before it"
            if good:
                before = (
                    f"the last one was about {good} ({proof.version}), and how the two differ is not in the preview"
                )
            why = f"{latest} never got a good verdict; {before}"
            yield Label(kind="not proven", about=name, why=why)


def releases(plan: Plan, services: Sequence[str], stack: Stack | None) -> Iterator[Label]:
    for name in services:
        if release.runs(plan, name):
            _, command = release.commands(plan, name, stack)
            why = f"{command or 'its command'} runs once before the service changes; no rollback undoes what it does"
            yield Label(kind="release", about=name, why=why)


def outages(plan: Plan, found: Sequence[Outage]) -> Iterator[Label]:
    """What goes down for another reason than a replacement, which says so itself."""
    replaced = {f"{each.kind} {each.name}" for each in plan.changes if each.action == "replace"}
    for each in found:
        if each.of not in replaced:
            yield Label(kind="downtime", about=" and ".join(each.services), why=f"{each.of}: {each.why}")


def replacements(plan: Plan, outages: Sequence[Outage]) -> Iterator[Label]:
    """What is replaced, and what is down meanwhile; what goes only with its security group is not said again."""
    down = {each.of: each.why for each in outages}
    groups = {each.component for each in plan.where("ec2/securityGroup") if each.action == "replace"}
    for each in plan.changes:
        kind, about = short_type(each.type), f"{each.kind} {each.name}"
        with_its_group = kind.startswith("vpc/securityGroup") and each.component in groups
        if each.action != "replace" or kind in _REPLACED_QUIETLY or with_its_group:
            continue
        order = "it is deleted before its successor is made" if each.deletes_first else "its successor comes first"
        forces = f" (because of {', '.join(each.forces)})" if each.forces else ""
        yield Label(kind="replacement", about=about, why=f"{down.get(about, order)}{forces}")


def unsafe_rollbacks(plan: Plan, services: Sequence[str]) -> Iterator[Label]:
    """ECS rolls back to a service revision: task definition, subnets, target group. It restores nothing around it:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html
    """
    for name in services:
        new = any(each.action == "create" for each in plan.where("ecs/service", component=name))
        if not new and deploys(plan, name) and (around := _around(plan, name)):
            why = f"ECS's rollback brings the revision back, and not: {'; '.join(around)}"
            yield Label(kind="rollback-unsafe", about=name, why=why)
    for image in plan.where("index/image"):
        if image.action == "update" and image.old.get("imageName") == image.new.get("imageName") and image.differences:
            why = f"{image.new.get('imageName')} is pushed over: a rollback starts the new image under the old version"
            yield Label(kind="rollback-unsafe", about=image.component, why=why)
    for gone in plan.where("ecs/taskDefinition"):
        if gone.action in ("delete", "replace") and not gone.old.get("skipDestroy") and not plan.deletes_stack:
            why = "its previous revision is deregistered, and there is nothing to roll back to"
            yield Label(kind="rollback-unsafe", about=gone.component, why=why)
    for gone in plan.where("ecr/repository"):
        if gone.action in ("delete", "replace") and not gone.retained and not plan.deletes_stack:
            why = f"the repository {gone.old.get('name')} is deleted, and with it the image to roll back to"
            yield Label(kind="rollback-unsafe", about=gone.component, why=why)


def _around(plan: Plan, name: str) -> list[str]:
    """What changes of the way to a service's tasks before the verdict. What is deleted goes after a good one, as do the
    rules of the port before.
    """
    found = list[str]()
    for each in plan.where("lb/targetGroup", "lb/listenerRule", component=name):
        what = "target group" if short_type(each.type) == "lb/targetGroup" else "listener rule"
        if each.action == "update":
            checks = [("health check's " + one.path.rpartition(".")[2], one) for one in each.of("healthCheck")]
            paths = [("path", one) for one in each.of("conditions")]
            found += [f"{field} {_change(one)}" for field, one in checks + paths]
        elif each.action != "delete":
            found.append(f"the {what} ({each.action}d)")
    return found


def refusals(plan: Plan) -> Iterator[Label]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html takes subnets of the
    load balancer's own VPC, and pulumi-aws does not replace it.
    """
    groups = [each for each in plan.where("ec2/securityGroup", "lb/targetGroup") if each.action == "replace"]
    for each in plan.where("lb/loadBalancer"):
        if each.action == "update" and each.of("subnets") and any(group.of("vpcId") for group in groups):
            why = "AWS moves no load balancer to subnets of another VPC: up ends there with an error"
            yield Label(kind="refused", about=f"{each.kind} {each.name}", why=why)


def _change(each: Difference) -> str:
    return f"{each.old or 'none'} → {each.new or 'none'}"


def openings(plan: Plan) -> Iterator[Label]:
    for about, what in opening.of(plan).items():
        yield Label(kind="opens", about=about, why="; ".join(what))


def deletions(plan: Plan) -> Iterator[Label]:
    """What is lost for good; with `retainOnDelete` the stack lets go of it, and it stays."""
    for each in plan.changes:
        lost = _lost(each)
        if not lost or each.action not in ("delete", "replace"):
            continue
        name = each.old.get("name") or each.name
        if each.retained:
            why = f"stays in AWS (retainOnDelete), with {lost}; the stack lets go of it"
        elif short_type(each.type) == "ecr/repository" and not each.old.get("forceDelete"):
            why = f"AWS refuses to delete it while it holds images; then: {lost}"
        else:
            why = f"gone for good: {lost}"
        yield Label(kind="deletes data", about=f"{each.kind} {name}", why=why)


def _lost(change: Change) -> str:
    kind = short_type(change.type)
    if change.name == f"{change.component}-released":
        return ""  # without a release, nobody asks what the last one was
    if kind in _STATEFUL:
        return _STATEFUL[kind]
    return "what it holds" if kind.partition("/")[0] in _STATEFUL_SERVICES else ""


# Ids, ARNs and names of what the same `up` makes: they say nothing about what will be.
_REFERENCES = (
    *("arn", "arns", "id", "ids", "name", "actions", "groups", "subnets", "cluster", "role", "repository", "topic"),
    *("fqdn", "fqdns", "records", "resourcelabel", "rule", "suffix"),
)
# Said by what they follow from: a service's revision, the gate's value, the digest of what is built, what is watched.
_FOLLOWS = ("taskDefinition", "triggers", "insecureValue", "aliases", "registry", "dimensions", "dashboardBody")


def unknowns(plan: Plan) -> Iterator[Label]:
    """What nobody can review before `up`, because no one knows it."""
    for each in plan.changes:
        fields = [one.path for one in each.differences if one.is_unknown and not _is_reference(one)]
        if fields:
            yield Label(kind="unknown until up", about=f"{each.kind} {each.name}", why=", ".join(fields))
    built = [each.component for each in plan.where("index/image") if each.action != "delete"]
    if built:
        yield Label(kind="unknown until up", about=", ".join(built), why="the digest of the image that up builds")


def _is_reference(each: Difference) -> bool:
    parts = each.path.replace("[", ".").split(".")
    return parts[0] in _FOLLOWS or (each.is_wholly_unknown and parts[-1].lower().endswith(_REFERENCES))
