"""What the checks do with boto3: they ask, at every preview and for the verdict; and a release is run."""

from collections.abc import Iterator

from access.grant import ANY, Condition, Grant, read, verdict, write
from settings.names import ServiceNames
from settings.network import ExistingNetwork
from settings.stack import ServiceSettings, Stack

_OF_BALANCERS = "elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules"
_OF_A_NETWORK = (
    "ec2:DescribeNatGateways ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroups "
    "ec2:DescribeSubnets ec2:DescribeVpcEndpoints ec2:DescribeVpcs"
)

_WHILE_RUNNING: Condition = {"StringEquals": {"ecs:CreateAction": "RunTask"}}


def grants(stack: Stack) -> Iterator[Grant]:
    deployment, prefix = stack.deployment, stack.prefix
    yield read("sts:GetCallerIdentity", ANY)
    if roles := [role.role_arn for role in stack.aws.assume_roles]:
        yield read("sts:AssumeRole", *roles)
    yield read("ecs:DescribeClusters", f"ecs:cluster/{prefix}")
    yield read("s3:ListBucket", f"s3:{stack.log_bucket}")
    yield read("iam:GetRole", "iam:role/AWSServiceRoleFor*", "iam:role/aws-service-role/*")
    yield read("ecs:DescribeTaskDefinition logs:DescribeLogGroups elasticloadbalancing:DescribeTargetGroups", ANY)
    yield read(_OF_BALANCERS, ANY)
    if isinstance(deployment.network, ExistingNetwork):
        yield read(_OF_A_NETWORK, ANY)
        yield read("ec2:DescribeVpcAttribute", f"ec2:vpc/{deployment.network.vpc}")
    else:
        yield read("ec2:DescribeAvailabilityZones", ANY)
    if deployment.domain:
        yield read("acm:ListCertificates route53:ListHostedZonesByName", ANY)
        yield read("route53:ListResourceRecordSets", "route53:hostedzone/*")
    for service in stack.services.values():
        yield from _of_service(service)
        yield from _of_secrets(service)
        yield from _of_promotion(service, deployment.built_by)


def _of_service(service: ServiceSettings) -> Iterator[Grant]:
    names, own = service.names, service.own
    yield read("ecs:DescribeServices", f"ecs:service/{names.cluster}/{names.family}")
    yield read("ssm:GetParameter ssm:GetParameterHistory", f"ssm:parameter{names.proven}")
    if service.existing_roles:
        yield read("iam:GetRole", *service.existing_roles.values())
    if own.repository == "owned":
        yield read("ecr:DescribeRepositories", f"ecr:repository/{names.repository}")
    in_cluster = {"ArnEquals": {"ecs:cluster": f"arn:{_place(service, 'ecs')}:cluster/{names.cluster}"}}
    yield verdict("ecs:ListTasks", ANY, condition=in_cluster)
    yield verdict("ecs:DescribeTasks", f"ecs:task/{names.cluster}/*")
    yield verdict("elasticloadbalancing:DescribeTargetHealth", ANY)
    yield verdict("logs:GetLogEvents", f"logs:log-group:{names.log_group}:log-stream:*")
    if own.release:
        yield write("ecs:RunTask", f"ecs:task-definition/{names.family}:*", condition=in_cluster)
        # RunTask copies the tags of the task definition.
        yield write("ecs:TagResource", f"ecs:task/{names.cluster}/*", condition=_WHILE_RUNNING)


def _of_promotion(service: ServiceSettings, built_by: str | None) -> Iterator[Grant]:
    """The image's manifest, the configuration that names its platform, and whether anybody has proven it.

    Also of a service that is built: whoever takes `build:` away to go back waits for no new policy.
    """
    names = service.names
    yield read(
        "ecr:BatchGetImage ecr:DescribeImages ecr:DescribeRepositories ecr:GetDownloadUrlForLayer",
        f"registry:repository/{names.repository}",
    )
    if built_by:
        proofs = (ServiceNames(stack=built_by, service=names.service).proven, names.proven)
        yield read("ssm:GetParameterHistory", *(f"ssm:parameter{proof}" for proof in proofs))


def _of_secrets(service: ServiceSettings) -> Iterator[Grant]:
    """That they are there, and under which key; never what they say.

    A secret may be named without the six characters at the end of its ARN, and a policy must match the whole one; of
    one that is not there AWS knows the name only.
    """
    arns = [":".join(arn.split(":")[:7]) for arn in service.own.secrets.values()]
    if secrets := [arn for arn in arns if ":secretsmanager:" in arn]:
        yield read("secretsmanager:DescribeSecret", *secrets, *(f"{arn}-??????" for arn in secrets))
    if any(":ssm:" in arn for arn in arns):
        yield read("ssm:DescribeParameters", ANY)
    if arns:
        yield read("kms:DescribeKey", "kms:key/*")


def _place(service: ServiceSettings, api: str) -> str:
    account = service.account
    return f"{account.partition}:{api}:{account.region}:{account.id}"
