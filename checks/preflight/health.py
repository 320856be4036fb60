"""A changed health check is asked of the version that runs, before the load balancer asks it.

The target group changes first, while the old tasks still serve. Where they do not answer as it then wants, it calls
them unhealthy, and a deployment that fails is rolled back to tasks that it calls unhealthy, too.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from checks import smoke
from checks.preflight.inspection import ANSWER_SECONDS
from checks.preflight.result import Check, Result, failed, ok, to_come, unchecked
from checks.session import Session
from checks.smoke import Origin
from finding import Finding
from settings.routing import answering
from settings.stack import ServiceSettings, Stack

# The load balancer's own answers where no task is well.
_NOBODY = {502, 503, 504}


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the load balancer asks of a task, on which port, and which codes are good."""

    path: str
    codes: str
    port: int

    def __str__(self) -> str:
        return f"{self.path} on port {self.port} for {self.codes}"


def checks(stack: Stack) -> list[Check]:
    return [
        Check(subject=f"health of {name}", ask=partial(_health, service=service))
        for name, service in stack.services.items()
        if service.own.path
    ]


def _health(session: Session, service: ServiceSettings) -> Iterator[Result]:
    name, own = service.names.service, service.own
    subject, wanted = f"health of {name}", _Asked(path=own.health.path, codes=own.health.codes, port=own.port)
    running = _running(session, service)
    if not running or not running["loadBalancers"]:
        yield to_come(subject, str(wanted))
        return
    balanced = running["loadBalancers"][0]
    group = session.client("elbv2").describe_target_groups(TargetGroupArns=[balanced["targetGroupArn"]])
    target = group["TargetGroups"][0]
    now = _Asked(path=target["HealthCheckPath"], codes=target["Matcher"]["HttpCode"], port=balanced["containerPort"])
    if now == wanted:
        yield ok(subject, f"{now}, as before")
    elif running["runningCount"] == 0:
        yield ok(subject, f"{wanted}, was {now}; no task runs that would have to answer it")
    elif answering(wanted.path, _patterns(session, target)) != target["TargetGroupArn"]:
        yield unchecked(subject, f"{wanted.path} is new, and the load balancer leads it to no task of {name}")
    elif not (url := _url(session, service)):
        yield unchecked(subject, f"{wanted}, was {now}; no version was proven yet that could be asked")
    else:
        answer = smoke.status(Origin.of(url, session), wanted.path, ANSWER_SECONDS)
        yield _judged(subject, service, now, wanted, answer)


def _judged(subject: str, service: ServiceSettings, now: _Asked, wanted: _Asked, answer: int | str) -> Result:
    if isinstance(answer, str):
        return unchecked(subject, f"{wanted}, was {now}; the running version did not answer: {answer}")
    if answer in _NOBODY:
        # Whoever mends what is down must not be kept from it.
        return unchecked(subject, f"{wanted}, was {now}; no running task could be asked: answered {answer}")
    if _among(answer, wanted.codes):
        return ok(subject, f"{wanted}, was {now}; the running version answers {answer}")
    fault = Finding(
        where=service.where("health"),
        what=f"the running version answers {wanted.path} with {answer}, not {wanted.codes}: the load balancer would "
        "call it unhealthy before the new one is there, and ECS could not go back to it",
        found=f"{wanted}, was {now}",
        remedy=_remedy(now, wanted),
    )
    return failed(subject, fault)


def _remedy(now: _Asked, wanted: _Asked) -> str:
    if now.path != wanted.path:
        return f"first ship a version that answers both, {now.path} and {wanted.path}; then change the check"
    if now.codes != wanted.codes:
        return f"first ship a version with health.codes {now.codes},{wanted.codes}, which takes both answers"
    return f"first ship a version that answers {wanted.path} with {wanted.codes}; then change the port"


def _running(session: Session, service: ServiceSettings) -> dict[str, Any] | None:
    ecs = session.client("ecs")
    try:
        answer = ecs.describe_services(cluster=service.names.cluster, services=[service.names.family])
    except ecs.exceptions.ClusterNotFoundException:
        return None
    return next((each for each in answer["services"] if each["status"] == "ACTIVE"), None)


def _patterns(session: Session, target: Mapping[str, Any]) -> dict[str, str]:
    """The path of each target group behind the balancer now, which the stack file may be about to change."""
    elbv2 = session.client("elbv2")
    listeners = [
        listener["ListenerArn"]
        for balancer in target["LoadBalancerArns"]
        for page in elbv2.get_paginator("describe_listeners").paginate(LoadBalancerArn=balancer)
        for listener in page["Listeners"]
    ]
    rules = [
        rule
        for listener in listeners
        for page in elbv2.get_paginator("describe_rules").paginate(ListenerArn=listener)
        for rule in page["Rules"]
    ]
    return {
        action["TargetGroupArn"]: value
        for rule in rules
        for action in rule["Actions"]
        for condition in rule["Conditions"]
        for value in condition.get("PathPatternConfig", {}).get("Values", [])
        if "TargetGroupArn" in action
    }


def _url(session: Session, service: ServiceSettings) -> str:
    """Where the stack is reached, as its last good verdict knew it (components/service.py); empty without one."""
    ssm = session.client("ssm")
    try:
        return json.loads(ssm.get_parameter(Name=service.names.proven)["Parameter"]["Value"])["url"]
    except ssm.exceptions.ParameterNotFound:
        return ""


def _among(code: int, codes: str) -> bool:
    """ELB's `200,300-302`."""
    spans = [span.partition("-") for span in codes.split(",")]
    return any(int(first) <= code <= int(last or first) for first, _, last in spans)
