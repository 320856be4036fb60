"""What AWS says when it cannot start a task, and what that means here.

The same words stand in a stopped task's reason, in its container's, and in the service's events ("was unable to place
a task. Reason: …"). AWS reworded many in June 2024 (amazon-ecs-agent#4181), and Fargate again when its agent took up
the second Go SDK ("operation error …, api error …"), so a pattern holds what both generations share. Their catalogue:
the ECS developer guide, stopped-task-error-codes and the pages linked there, and service-event-messages-list.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Words of AWS, and what to say instead.

    The pattern's named groups fill both templates, and so do `name`, `file`, `image`, `role`, `restore` (how the role
    gets what it lacks), `log_group`, `architecture`, `region`, `count` (the key of the stack file that bounds the
    number of tasks), `spared` (what asks less of Spot), `quota` (those of Fargate), `again` (who tries again) and
    `secret` (the keys that name the secret in question). `iam`: IAM takes a while to spread a change, so that this may
    pass by itself.
    """

    pattern: re.Pattern[str]
    sentence: str
    remedy: str
    iam: bool = False


def _wording(pattern: str, sentence: str, remedy: str, *, iam: bool = False) -> Wording:
    return Wording(pattern=re.compile(pattern, re.IGNORECASE | re.DOTALL), sentence=sentence, remedy=remedy, iam=iam)


_NO_ANSWER = (
    r"connection issue|i/o timeout|no such host|request send failed|send request failed|signal: killed"
    r"|context deadline exceeded|context canceled|request canceled|check your (?:task )?network configuration"
)


def _no_answer(service: str, marks: str, endpoints: str) -> Wording:
    return _wording(
        rf"\A(?=.*(?:{marks})).*(?:{_NO_ANSWER})",
        f"The task does not reach {service}: its network has no way there.",
        "set network.nat in {file} to one or perZone, or network.endpoints to true; if it is so, look for what was "
        "changed by hand: the private subnets' routes and network ACLs, the HTTPS egress of {name}'s security group, "
        f"or VPC endpoints that do not let it in ({endpoints})",
    )


# The first that fits counts. A network that leads nowhere comes first: of the log group, AWS then says "cannot find".
WORDINGS = (
    _no_answer("CloudWatch Logs", r"logger args|logging driver|amazon cloudwatch|//logs\.", "logs"),
    _no_answer("Secrets Manager", r"from asm|secrets ?manager", "secretsmanager"),
    _no_answer("Systems Manager", r"from ssm|systems manager|//ssm\.", "ssm"),
    _no_answer("ECR", r"amazon ecr|ecr registry auth|\.ecr\.|cannotpull|the registry", "ecr.api, ecr.dkr and s3"),
    # https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets: AWS does not say which of them.
    _no_answer(
        "ECR, Secrets Manager or Systems Manager",
        "pull secrets or registry auth",
        "ecr.api, ecr.dkr, s3, secretsmanager and ssm",
    ),
    # IAM user guide, troubleshoot_access-denied.
    _wording(
        r"is not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S*[\w*]))?"
        r".*? with an explicit deny in an? (?P<policy>[\w-]+(?: [\w-]+)*?) policy",
        "The execution role {role} is denied {action} on {resource} by a {policy} policy.",
        "lift the deny of {action} there: what {name}'s own policies allow cannot outweigh it",
        iam=True,
    ),
    _wording(
        r"is not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S*[\w*]))?",
        "The execution role {role} may not {action} on {resource}.",
        "{restore}; if it is refused still, look at the permissions boundary and at the resource's own policy",
        iam=True,
    ),
    _wording(
        r"access to kms is not allowed",
        "The execution role {role} may not kms:Decrypt with the key that encrypts a secret of {secret}.",
        "add the key's ARN to keys.secrets in the stack file, or allow the role kms:Decrypt in the key's policy; or "
        "encrypt the secret with aws/secretsmanager (aws secretsmanager update-secret --kms-key-id "
        "alias/aws/secretsmanager, then put its value again)",
        iam=True,
    ),
    # aws/containers-roadmap#2493: the registry says no more.
    _wording(
        r"cannotpull.*403 forbidden",
        "ECR refuses the execution role {role} the image {image}: it may not ecr:BatchGetImage or "
        "ecr:GetDownloadUrlForLayer there.",
        "{restore}; if it is refused still, look at the repository's policy, and whether the image is still there "
        "(aws ecr describe-images)",
        iam=True,
    ),
    _wording(
        r"unable to assume the role '(?:[^']*/)?(?P<assumed>[^'/]+)'",
        "ECS cannot assume the role {assumed}: it is gone, or it does not trust ecs-tasks.amazonaws.com.",
        "{restore}",
        iam=True,
    ),
    _wording(
        r"did not contain json key (?P<key>[\w.-]*\w)",
        "The secret of {secret} has no JSON key {key}.",
        "put the key into the secret (aws secretsmanager put-secret-value), or correct the ARN of {secret} in {file}",
    ),
    _wording(
        r"(?:from asm|secrets? manager).*invalid character .* looking for beginning of value",
        "A secret of {secret} is not JSON, though its ARN in {file} ends with a key of it.",
        "store a JSON object in it, or end the ARN before the key",
    ),
    _wording(
        r"can.t find the specified secret value for",
        "The secret of {secret} holds no value yet.",
        "put one into it: aws secretsmanager put-secret-value",
    ),
    _wording(
        r"can.t find the specified secret|can.t retrieve the secret with arn",
        "There is no secret with the ARN of {secret}.",
        "create it (aws secretsmanager create-secret), or correct {secret} in {file}",
    ),
    _wording(
        r"invalid ssm parameters: (?P<parameters>.*?\w)\W*$",
        "There is no parameter {parameters}, which {secret} names.",
        "create it (aws ssm put-parameter --type SecureString), or correct {secret} in {file}",
    ),
    _wording(
        r"log group does not exist|cannot find the amazon cloudwatch log group",
        "The log group {log_group} is gone, and no task starts without it.",
        "run pulumi up --refresh, which makes it again",
    ),
    _wording(
        r"descriptor (?:matching|for) platform '?\{?(?P<platform>[\w/]+)",
        "The image {image} is not built for {platform}, which architecture {architecture} in {file} asks for.",
        "build it for {platform} (docker build --platform {platform}), or correct architecture",
    ),
    _wording(
        r"cannotpull.*(?:: not found|manifest unknown|repository \S+ not found)",
        "There is no image {image}.",
        "push it from the stack that builds, or correct {name}.version (and {name}.digest) in {file}; what there is, "
        "aws ecr describe-images says",
    ),
    _wording(
        r"cannotpull.*(?:pull access denied|role has the permissions to pull)",
        "There is no image {image}, or the execution role {role} may not pull it: ECR does not say which.",
        "look for it (aws ecr describe-images); if it is there, {restore}",
        iam=True,
    ),
    _wording(
        r"cannotstartcontainererror.*exec format error",
        "The image {image} is not built for {architecture}: its command cannot be executed.",
        "build it for the architecture in {file}, or correct architecture",
    ),
    _wording(
        r"cannotstartcontainererror.*exec: (?P<command>.*?): "
        r"(?:.*?)(?P<why>executable file not found|no such file or direct|permission denied)",
        "The image's command {command} cannot be started: {why}.",
        "correct ENTRYPOINT and CMD in the Dockerfile; the command must be executable for everyone, since containers "
        "run as nobody in particular",
    ),
    _wording(
        r"insufficientfreeaddresses|(?:not|n.t) (?:have )?enough free addresses|insufficient free addresses",
        "A subnet has no free address left for another task.",
        "stop what else runs in the subnets or lower {count}; network.cidr in {file} decides how many there are, "
        "and another one means another network",
    ),
    _wording(
        r"timeout waiting for network interface provisioning",
        "EC2 did not provide the task's network interface in time.",
        "wait: {again}; if it lasts, look for an incident of EC2 in {region} (AWS Health Dashboard)",
    ),
    _wording(
        r"capacity is unavailable at this time",
        "Fargate has no capacity left for a task of this size in these zones.",
        "wait: {again}; if it lasts, {spared}change {name}.cpu and {name}.memory in {file}: other sizes may have "
        "capacity",
    ),
    _wording(
        r"reached the limit on the number of (?P<what>tasks|vcpus) you can run concurrently",
        "The account's quota of Fargate {what} in {region} is used up; a deployment runs old and new tasks side by "
        "side.",
        "ask for more (Service Quotas, AWS Fargate, {quota}), or lower {count} or {name}.cpu in {file}",
    ),
    _wording(
        r"requested (?:cpu|memory) configuration is above your limit",
        "A task of this size is more than the account may run on Fargate in {region}.",
        "ask for more (Service Quotas, AWS Fargate, {quota}), or lower {name}.cpu and {name}.memory in {file}",
    ),
)
