"""`pulumi-resource-aws`: stands in for pulumi-aws where it cannot be downloaded. Run as a module."""

from local.plugins import server
from local.plugins.amazon import (
    account,
    acm,
    cloudwatch,
    ec2,
    ecr,
    ecs,
    elbv2,
    events,
    iam,
    logs,
    route53,
    s3,
    sns,
    ssm,
    vpc,
)
from local.plugins.resource import Plugin

PLUGIN = Plugin(
    name="aws",
    version="7.51.1",
    configuration=account.CONFIGURATION,
    connect=lambda configuration, _: account.connect(configuration),
    resources={
        token: kind
        for service in (acm, cloudwatch, ec2, ecr, ecs, elbv2, events, iam, logs, route53, s3, sns, ssm, vpc)
        for token, kind in service.TYPES.items()
    },
    functions={**ecr.FUNCTIONS, **route53.FUNCTIONS},
)

if __name__ == "__main__":
    server.serve(PLUGIN)
