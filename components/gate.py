"""The gates of a deployment: parameters that are written only after something was seen to be good, by a hook.

`released` stands before the service, `proven` behind it. While what its hook waits for is not good, a gate keeps its
old value, so every later `up` asks again, and what depends on the gate stays as it is.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.task import FargateTask
from settings.stack import ServiceSettings


def released(
    name: str,
    service: ServiceSettings,
    task: FargateTask,
    network: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
) -> aws.ssm.Parameter:
    """What the last release that succeeded ran, and where: its hook knows the task's network from here."""
    value: dict[str, pulumi.Input[Any]] = {
        **_what(service, task),
        "command": service.own.release,
        "subnets": network["subnets"],
        "securityGroups": network["security_groups"],
    }
    return _parameter(
        f"{name}-released", service.names.released, "What the last release that succeeded was about", value, opts
    )


def proven(
    name: str,
    service: ServiceSettings,
    task: FargateTask,
    deployment: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> aws.ssm.Parameter:
    """`deployment`: a fingerprint of what else starts one, and the URL where it can be asked. What only scales or mends
    the service is the verdict's own affair.
    """
    value = {**_what(service, task), **deployment}
    return _parameter(f"{name}-proven", service.names.proven, "What the last good verdict was about", value, opts)


def _what(service: ServiceSettings, task: FargateTask) -> dict[str, pulumi.Input[Any]]:
    return {"taskDefinition": task.definition_arn, "version": service.own.version, "digest": task.image.digest}


def _parameter(
    name: str, called: str, description: str, value: Mapping[str, pulumi.Input[Any]], opts: pulumi.ResourceOptions
) -> aws.ssm.Parameter:
    return aws.ssm.Parameter(
        name,
        name=called,
        type="String",
        description=description,
        insecure_value=pulumi.Output.json_dumps(value, sort_keys=True),
        opts=opts,
    )
