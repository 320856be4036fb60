"""Why a deployment fails: AWS's words, and what is made of them for each cause."""

import pytest
from botocore.stub import Stubber

from checks.cause import Cause, explain
from tests.checks.aws import client
from tests.checks.observing import backend, seen
from tests.checks.responses import EVENTS, TARGETS, TASKS
from tests.samples import Edit

FILE, ROLE, IMAGE = "Pulumi.test.yaml", "pairva-test-backend-execution", "pairva-backend:1.0.1"
JWT = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
LOG = "fix what the log tells (aws logs tail /pairva/test/backend)"
PUSH = (
    f"push it from the stack that builds, or correct backend.version (and backend.digest) in {FILE}; what there is, "
    "aws ecr describe-images says"
)
TRUST = "run pulumi up --refresh, which restores the role, whom it trusts and what it may do"
STILL = "if it is refused still, look at the permissions boundary and at the resource's own policy"
RESTORE = f"{TRUST}; {STILL}"
SPREADING = "; or wait: IAM may still be spreading a change made just before, and ECS tries again by itself"
QUOTA = "ask for more (Service Quotas, AWS Fargate, On-Demand vCPU resource count), or lower"
CHECK = (
    "The container's own health check (CMD python3 /app/health.py) failed 7 times, 30 s apart, after a grace of 180 s"
)
CHECK_REMEDY = (
    f"run the command in the image and see that all it needs is there; correct backend.health.command in {FILE}, or "
    "raise backend.health.graceSeconds, retries or intervalSeconds for a slow start"
)
ASKED = "The load balancer asked GET /api/health on port 3000 and"
OTHER_CODE = (
    "let the application answer there with 200, or correct backend.health.path, backend.health.codes or backend.port "
    f"in {FILE}"
)
NO_ANSWER = (
    f"if it is a slow start, raise backend.health.graceSeconds (300 at most) in {FILE} or let it start faster; "
    "otherwise let the application listen on 0.0.0.0:3000, or correct backend.port and backend.health.path"
)
BY_HAND = "ECS tries again by itself; CloudTrail knows who stopped this one (event StopTask)"


def no_way(service: str, endpoints: str) -> tuple[str, str]:
    return (
        f"The task does not reach {service}: its network has no way there.",
        f"set network.nat in {FILE} to one or perZone, or network.endpoints to true; if it is so, look for what was "
        "changed by hand: the private subnets' routes and network ACLs, the HTTPS egress of backend's security group, "
        f"or VPC endpoints that do not let it in ({endpoints})",
    )


def denied(action: str, resource: str) -> str:
    return f"The execution role {ROLE} may not {action} on {resource}."


OF_TASKS = {
    "crash at start": (
        "The container backend ended 3 s after its start with exit code 1: the application gave up over an error.",
        LOG,
    ),
    "crash later": (
        "The container backend ended 95 s after its start with exit code 1: the application gave up over an error.",
        f"{LOG}; it had started well, so look for what it reached for then",
    ),
    "out of memory": (
        "The task needed more than the 1024 MiB of backend.memory, and was killed for it.",
        f"set backend.memory to 2048 in {FILE}, the next size with cpu 512",
    ),
    "no image": (f"There is no image {IMAGE}.", PUSH),
    "no image or no permission": (
        f"There is no image {IMAGE}, or the execution role {ROLE} may not pull it: ECR does not say which.",
        f"look for it (aws ecr describe-images); if it is there, {TRUST}{SPREADING}",
    ),
    "image forbidden": (
        f"ECR refuses the execution role {ROLE} the image {IMAGE}: it may not ecr:BatchGetImage or "
        "ecr:GetDownloadUrlForLayer there.",
        f"{TRUST}; if it is refused still, look at the repository's policy, and whether the image is still there "
        "(aws ecr describe-images)",
    ),
    "another platform": (
        f"The image {IMAGE} is not built for linux/amd64, which architecture X86_64 in {FILE} asks for.",
        "build it for linux/amd64 (docker build --platform linux/amd64), or correct architecture",
    ),
    "another platform, old": (
        f"The image {IMAGE} is not built for linux/amd64, which architecture X86_64 in {FILE} asks for.",
        "build it for linux/amd64 (docker build --platform linux/amd64), or correct architecture",
    ),
    "command not found": (
        'The image\'s command "node" cannot be started: executable file not found.',
        "correct ENTRYPOINT and CMD in the Dockerfile; the command must be executable for everyone, since containers "
        "run as nobody in particular",
    ),
    "no secret": (
        "There is no secret with the ARN of backend.secrets.JWT_SECRET.",
        f"create it (aws secretsmanager create-secret), or correct backend.secrets.JWT_SECRET in {FILE}",
    ),
    "no secret, old": (
        "There is no secret with the ARN of backend.secrets.JWT_SECRET.",
        f"create it (aws secretsmanager create-secret), or correct backend.secrets.JWT_SECRET in {FILE}",
    ),
    "no value": (
        "The secret of backend.secrets.JWT_SECRET holds no value yet.",
        "put one into it: aws secretsmanager put-secret-value",
    ),
    "no parameter": (
        "There is no parameter /pairva/mail-key, which backend.secrets.MAIL_KEY names.",
        f"create it (aws ssm put-parameter --type SecureString), or correct backend.secrets.MAIL_KEY in {FILE}",
    ),
    "no JSON key": (
        "The secret of backend.secrets.MONGODB_URI has no JSON key uri.",
        "put the key into the secret (aws secretsmanager put-secret-value), or correct the ARN of "
        f"backend.secrets.MONGODB_URI in {FILE}",
    ),
    "no JSON": (
        f"A secret of backend.secrets is not JSON, though its ARN in {FILE} ends with a key of it.",
        "store a JSON object in it, or end the ARN before the key",
    ),
    "no role": (
        f"ECS cannot assume the role {ROLE}: it is gone, or it does not trust ecs-tasks.amazonaws.com.",
        f"{TRUST}{SPREADING}",
    ),
    "secret denied": (denied("secretsmanager:GetSecretValue", JWT), RESTORE),
    "registry denied, at once": (denied("ecr:GetAuthorizationToken", "*"), f"{RESTORE}{SPREADING}"),
    "log denied, old": (
        denied(
            "logs:CreateLogStream",
            "arn:aws:logs:us-east-1:039612856036:log-group:/pairva/test/backend:log-stream:backend/backend/3caf",
        ),
        RESTORE,
    ),
    "secret denied by the organisation": (
        f"The execution role {ROLE} is denied secretsmanager:GetSecretValue on {JWT} by a service control policy.",
        "lift the deny of secretsmanager:GetSecretValue there: what backend's own policies allow cannot outweigh it",
    ),
    "key denied": (
        f"The execution role {ROLE} may not kms:Decrypt with the key that encrypts a secret of "
        "backend.secrets.JWT_SECRET.",
        "add the key's ARN to keys.secrets in the stack file, or allow the role kms:Decrypt in the key's policy; or "
        "encrypt the secret with aws/secretsmanager (aws secretsmanager update-secret --kms-key-id "
        "alias/aws/secretsmanager, then put its value again)",
    ),
    "no log group": (
        "The log group /pairva/test/backend is gone, and no task starts without it.",
        "run pulumi up --refresh, which makes it again",
    ),
    "no way to ECR": no_way("ECR", "ecr.api, ecr.dkr and s3"),
    "no way to ECR, old": no_way("ECR", "ecr.api, ecr.dkr and s3"),
    "no way to the layers": no_way("ECR", "ecr.api, ecr.dkr and s3"),
    "no way to CloudWatch": no_way("CloudWatch Logs", "logs"),
    "no way to Secrets Manager": no_way("Secrets Manager", "secretsmanager"),
    "no way to Systems Manager": no_way("Systems Manager", "ssm"),
    "no way to one of them": no_way(
        "ECR, Secrets Manager or Systems Manager", "ecr.api, ecr.dkr, s3, secretsmanager and ssm"
    ),
    "container check": (f"{CHECK}; the task lived 400 s.", CHECK_REMEDY),
    "balancer check": (
        f"{ASKED} got no good answer (AWS does not say how it failed); the task lived 240 s, longer than the 180 s of "
        "backend.health.graceSeconds.",
        NO_ANSWER,
    ),
    "no address": (
        "A subnet has no free address left for another task.",
        f"stop what else runs in the subnets or lower backend.count; network.cidr in {FILE} decides how many there "
        "are, and another one means another network",
    ),
    "no interface": (
        "EC2 did not provide the task's network interface in time.",
        "wait: ECS tries again by itself; if it lasts, look for an incident of EC2 in us-east-1 (AWS Health Dashboard)",
    ),
    "stopped by hand": (
        "Somebody stopped task 00000000000000000000000000000002 by hand: Task stopped by user.",
        BY_HAND,
    ),
    "stopped by hand, with a reason": (
        "Somebody stopped task 00000000000000000000000000000002 by hand: exec format error? password=*** {file}.",
        BY_HAND,
    ),
}
UNEXPLAINED = ["scaled in", "scaled in while it pulled", "interrupted", "retired", "unknown"]


@pytest.mark.parametrize(("name", "sentence", "remedy"), [(name, *words) for name, words in OF_TASKS.items()])
def test_a_stopped_task_says_why_and_what_to_do(name: str, sentence: str, remedy: str) -> None:
    assert explain(seen(TASKS[name]), backend()) == Cause(sentence=sentence, remedy=remedy)


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_what_is_no_failure_or_not_known_is_not_explained(name: str) -> None:
    assert explain(seen(TASKS[name]), backend()) is None


OF_EVENTS = {
    "no image": (f"There is no image {IMAGE}.", PUSH),
    "no role, at once": (
        "ECS cannot assume the role pairva-test-backend-task: it is gone, or it does not trust "
        "ecs-tasks.amazonaws.com.",
        f"{TRUST}{SPREADING}",
    ),
    "no role, later": (
        "ECS cannot assume the role pairva-test-backend-task: it is gone, or it does not trust "
        "ecs-tasks.amazonaws.com.",
        TRUST,
    ),
    "no capacity": (
        "Fargate has no capacity left for a task of this size in these zones.",
        f"wait: ECS tries again by itself; if it lasts, change backend.cpu and backend.memory in {FILE}: other sizes "
        "may have capacity",
    ),
    "no quota": (
        "The account's quota of Fargate vCPUs in us-east-1 is used up; a deployment runs old and new tasks side by "
        "side.",
        f"{QUOTA} backend.count or backend.cpu in {FILE}",
    ),
    "no quota, old": (
        "The account's quota of Fargate tasks in us-east-1 is used up; a deployment runs old and new tasks side by "
        "side.",
        f"{QUOTA} backend.count or backend.cpu in {FILE}",
    ),
    "too large": (
        "A task of this size is more than the account may run on Fargate in us-east-1.",
        f"{QUOTA} backend.cpu and backend.memory in {FILE}",
    ),
    "container check": (f"{CHECK}.", CHECK_REMEDY),
    "404": (f"{ASKED} was answered 404, where 200 is expected.", OTHER_CODE),
    "another's 503": (f"{ASKED} was answered 503, where 200 is expected.", OTHER_CODE),
    "timed out": (f"{ASKED} got no good answer (Request timed out).", NO_ANSWER),
}


@pytest.mark.parametrize(("name", "sentence", "remedy"), [(name, *words) for name, words in OF_EVENTS.items()])
def test_an_event_says_why_where_no_task_does(name: str, sentence: str, remedy: str) -> None:
    cause = Cause(sentence=sentence, remedy=remedy)
    assert explain(seen(events=["steady", name, "started"]), backend()) == cause
    assert explain(seen(TASKS["unknown"], TASKS["scaled in"], events=[name]), backend()) == cause


@pytest.mark.parametrize("name", ["started", "steady", "throttled"])
def test_an_event_that_says_nothing_of_it_explains_nothing(name: str) -> None:
    assert explain(seen(events=[name]), backend()) is None


OF_TARGETS = {
    "another code": (f"{ASKED} was answered 404, 502, where 200 is expected.", OTHER_CODE),
    "timed out": (f"{ASKED} got no good answer (Request timed out).", NO_ANSWER),
    "no connection": (f"{ASKED} got no good answer (Health checks failed).", NO_ANSWER),
}


@pytest.mark.parametrize(("name", "sentence", "remedy"), [(name, *words) for name, words in OF_TARGETS.items()])
def test_an_unhealthy_target_says_why_where_nothing_else_does(name: str, sentence: str, remedy: str) -> None:
    cause = Cause(sentence=sentence, remedy=remedy)
    assert explain(seen(targets=["new", name], events=["started"]), backend()) == cause


def test_where_the_number_is_scaled_its_bound_is_what_can_be_lowered() -> None:
    cause = explain(seen(events=["no quota"]), backend(("count: 1", "scaling: {min: 1, max: 9, cpuPercent: 60}")))
    assert cause is not None
    assert cause.remedy == f"{QUOTA} backend.scaling.max or backend.cpu in {FILE}"


@pytest.mark.parametrize("name", ["new", "leaving", "broken balancer"])
def test_a_target_that_is_not_at_fault_explains_nothing(name: str) -> None:
    assert explain(seen(targets=[name]), backend()) is None


def existing(key: str, name: str) -> Edit:
    return ("port: 3000", f"port: 3000\n      {key}: arn:aws:iam::039612856036:role/team/{name}")


def test_a_role_that_exists_is_not_restored_by_pulumi() -> None:
    mended = f"mend the role, which {FILE} names and Pulumi leaves alone"
    assert explain(seen(TASKS["secret denied"]), backend(existing("executionRole", "start"))) == Cause(
        sentence=f"The execution role start may not secretsmanager:GetSecretValue on {JWT}.",
        remedy=f"{mended}; {STILL}",
    )
    cause = explain(seen(events=["no role, later"]), backend(existing("taskRole", "pairva-test-backend-task")))
    assert cause
    assert cause.remedy == mended
    assert explain(seen(TASKS["secret denied"]), backend(existing("taskRole", "run"))) == Cause(
        sentence=denied("secretsmanager:GetSecretValue", JWT), remedy=RESTORE
    )


def test_every_answer_has_the_shape_that_botocore_knows() -> None:
    ecs, balancer = Stubber(client("ecs")), Stubber(client("elbv2"))
    ecs.add_response("describe_tasks", {"tasks": list(TASKS.values())})
    ecs.add_response("describe_services", {"services": [{"events": list(EVENTS.values())}]})
    balancer.add_response("describe_target_health", {"TargetHealthDescriptions": list(TARGETS.values())})
    with ecs, balancer:
        assert len(client("ecs").describe_tasks(cluster="pairva-test", tasks=["1"])["tasks"]) == len(TASKS)
        services = client("ecs").describe_services(cluster="pairva-test", services=["x"])["services"]
        assert len(services[0]["events"]) == len(EVENTS)
        targets = client("elbv2").describe_target_health(TargetGroupArn="arn")["TargetHealthDescriptions"]
        assert len(targets) == len(TARGETS)


def test_every_answer_has_an_expectation() -> None:
    assert set(TASKS) == {*OF_TASKS, *UNEXPLAINED, "another platform, at its start"}
    assert set(EVENTS) == {*OF_EVENTS, "started", "steady", "throttled"}
    assert set(TARGETS) == {*OF_TARGETS, "new", "leaving", "broken balancer"}
