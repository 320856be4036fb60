"""What AWS answers of failed deployments: its own words, in the shapes of botocore.

The words are those that AWS's documentation, its agent's tests and people's reports show, with the names of the sample
stack in them. Where two generations of a text are in use, the older one's name ends with `old`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

CREATED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ACCOUNT = "039612856036"
ECS, ECR = f"arn:aws:ecs:us-east-1:{ACCOUNT}", f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{ECR}/pairva-backend:1.0.1"
JWT = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:pairva/jwt-AbCdEf"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/pairva-test-backend-execution/668f97696c2f47f7ab6582a0b87413eb"
GROUP = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/backend-5f3c/86a54506434cfa92"

_PULL = "ResourceInitializationError: unable to pull secrets or registry auth"
_RETRIEVE = f"{_PULL}: execution resource retrieval failed: unable to retrieve"
_ASM = f"{_RETRIEVE} secret from asm: service call has been retried 1 time(s)"
_SDK = "https response error StatusCode: 400, RequestID: d45b80b7-7a19-49eb-8fd2-44305bb5e5d7"
_LOGGER = "ResourceInitializationError: failed to validate logger args"
_ESSENTIAL = "Essential container in task exited"
_RUNC = (
    "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to "
    "create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
)


def task(
    reason: str,
    code: str = "TaskFailedToStart",
    *,
    exit_code: int | None = None,
    container: str = "",
    lived: float | None = None,
    began: float = 20,
    number: int = 1,
) -> dict[str, Any]:
    """One of DescribeTasks' `tasks`; `lived` seconds, and created `began` seconds after its deployment."""
    created = CREATED + timedelta(seconds=began)
    started = None if lived is None else created + timedelta(seconds=30)
    stopped = created + timedelta(seconds=30 + (lived or 0))
    arn = f"{ECS}:task/pairva-test/{number:032x}"
    return {
        "taskArn": arn,
        "clusterArn": f"{ECS}:cluster/pairva-test",
        "taskDefinitionArn": f"{ECS}:task-definition/pairva-test-backend:7",
        "group": "service:pairva-test-backend",
        "startedBy": "ecs-svc/1234567890123456789",
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stopCode": code,
        "stoppedReason": reason,
        "createdAt": created,
        **({"startedAt": started} if started else {}),
        "executionStoppedAt": stopped,
        "stoppedAt": stopped,
        "containers": [
            {
                "name": "backend",
                "taskArn": arn,
                "lastStatus": "STOPPED",
                "image": IMAGE,
                **({"reason": container} if container else {}),
                **({"exitCode": exit_code} if exit_code is not None else {}),
            }
        ],
    }


def event(message: str, *, after: float = 60) -> dict[str, Any]:
    """One of DescribeServices' `events`, so many seconds after the deployment."""
    return {
        "id": "1d482190-3933-4c9f-85cb-aca76f1ca337",
        "createdAt": CREATED + timedelta(seconds=after),
        "message": f"(service pairva-test-backend) {message}",
    }


def target(reason: str, description: str, state: str = "unhealthy") -> dict[str, Any]:
    """One of DescribeTargetHealth's `TargetHealthDescriptions`."""
    return {
        "Target": {"Id": "10.20.128.17", "Port": 3000, "AvailabilityZone": "us-east-1a"},
        "HealthCheckPort": "3000",
        "TargetHealth": {"State": state, "Reason": reason, "Description": description},
    }


def crash(exit_code: int, lived: float = 3, number: int = 1) -> dict[str, Any]:
    return task(_ESSENTIAL, "EssentialContainerExited", exit_code=exit_code, lived=lived, number=number)


TASKS: dict[str, dict[str, Any]] = {
    "crash at start": crash(1),
    "crash later": crash(1, lived=95),
    "out of memory": task(
        _ESSENTIAL,
        "EssentialContainerExited",
        exit_code=137,
        container="OutOfMemoryError: Container killed due to memory usage",
        lived=40,
    ),
    "no image": task(
        f"CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref {IMAGE}: "
        "not found"
    ),
    "no image or no permission": task(
        "CannotPullContainerError: The task can’t pull the image. Check that the role has the permissions to pull "  # noqa: RUF001 -- AWS's apostrophe
        f"images from the registry. Error response from daemon: pull access denied for {ECR}/pairva-backend, "
        "repository does not exist or may require 'docker login'"
    ),
    "image forbidden": task(
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
        f"{IMAGE}: pulling from host {ECR} failed with status code [manifests 1.0.1]: 403 Forbidden",
        began=600,
    ),
    "another platform": task(
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain "
        "descriptor matching platform 'linux/amd64'"
    ),
    "another platform, old": task("CannotPullContainerError: failed to find a descriptor for platform {linux/amd64}"),
    "another platform, at its start": task(_ESSENTIAL, "EssentialContainerExited", exit_code=255, lived=1),
    "command not found": task(
        "Task failed to start",
        container=f'{_RUNC}exec: "node": executable file not found in $PATH: unknown',
    ),
    "no secret": task(
        f"{_RETRIEVE} secret from asm: ResourceNotFoundException: The task can't retrieve the secret with ARN '{JWT}' "
        "from AWS Secrets Manager. Check whether the secret exists in the specified Region: operation error Secrets "
        f"Manager: GetSecretValue, {_SDK}, ResourceNotFoundException: Secrets Manager can't find the specified secret."
    ),
    "no secret, old": task(
        f"{_ASM}: failed to fetch secret {JWT} from secrets manager: ResourceNotFoundException: Secrets Manager can't "
        "find the specified secret."
    ),
    "no value": task(
        f"{_ASM}: failed to fetch secret {JWT} from secrets manager: ResourceNotFoundException: Secrets Manager can't "
        "find the specified secret value for staging label: AWSCURRENT"
    ),
    "no parameter": task(
        f"{_RETRIEVE} secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: "
        "/pairva/mail-key"
    ),
    "no JSON key": task(f"{_ASM}: retrieved secret from Secrets Manager did not contain json key uri"),
    "no JSON": task(f"{_ASM}: invalid character '\\'' looking for beginning of value"),
    "no role": task(
        f"ECS was unable to assume the role 'arn:aws:iam::{ACCOUNT}:role/pairva-test-backend-execution' that was "
        "provided for this task. Please verify that the role being passed has the proper trust relationship and "
        "permissions and that your IAM user has permissions to pass this role.",
    ),
    "secret denied": task(
        f"{_ASM}: failed to fetch secret {JWT} from secrets manager: operation error Secrets Manager: GetSecretValue, "
        f"{_SDK}, api error AccessDeniedException: User: {ROLE} is not authorized to perform: "
        f"secretsmanager:GetSecretValue on resource: {JWT} because no identity-based policy allows the "
        "secretsmanager:GetSecretValue action",
        began=600,
    ),
    "registry denied, at once": task(
        f"{_RETRIEVE} ecr registry auth: service call has been retried 1 time(s): operation error ECR: "
        f"GetAuthorizationToken, {_SDK}, api error AccessDeniedException: User: {ROLE} is not authorized to perform: "
        "ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the "
        "ecr:GetAuthorizationToken action"
    ),
    "log denied, old": task(
        f"{_LOGGER}: create stream has been retried 1 times: failed to create Cloudwatch log stream: "
        f"AccessDeniedException: User: {ROLE} is not authorized to perform: logs:CreateLogStream on resource: "
        f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/pairva/test/backend:log-stream:backend/backend/3caf because no "
        "identity-based policy allows the logs:CreateLogStream action status code: 400, request id: 061e0f7c : exit "
        "status 1",
        began=600,
    ),
    "secret denied by the organisation": task(
        f"{_ASM}: failed to fetch secret {JWT} from secrets manager: operation error Secrets Manager: GetSecretValue, "
        f"{_SDK}, api error AccessDeniedException: User: {ROLE} is not authorized to perform: "
        f"secretsmanager:GetSecretValue on resource: {JWT} with an explicit deny in a service control policy",
        began=600,
    ),
    "key denied": task(
        f"{_ASM}: failed to fetch secret {JWT} from secrets manager: AccessDeniedException: Access to KMS is not "
        "allowed status code: 400, request id: a87a66d9-f839-4353-b8c2-9984b1465695",
        began=600,
    ),
    "no log group": task(
        f"{_LOGGER}: create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error "
        f"CloudWatch Logs: CreateLogStream, {_SDK}, ResourceNotFoundException: The specified log group does not "
        "exist. : exit status 1"
    ),
    "no way to ECR": task(
        f"{_PULL}: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task "
        "and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded "
        "maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "
        '"https://api.ecr.us-east-1.amazonaws.com/": dial tcp 44.213.79.104:443: i/o timeout'
    ),
    "no way to ECR, old": task(
        f"{_RETRIEVE} ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed "
        'caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 44.213.79.104:443: i/o timeout. Please '
        "check your task network configuration."
    ),
    "no way to the layers": task(
        f"CannotPullContainerError: The task cannot pull {IMAGE} from the registry {IMAGE}. There is a connection "
        "issue between the task and the registry. Check your task network configuration. : failed to copy: "
        f"httpReadSeeker: failed open: failed to do request: Get {IMAGE}: dial tcp 52.219.41.3:443: i/o timeout"
    ),
    "no way to CloudWatch": task(
        f"{_LOGGER}: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a "
        "connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed"
    ),
    "no way to Secrets Manager": task(
        f"{_PULL}: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets "
        f"Manager. Check your task network configuration. failed to fetch secret {JWT} from secrets manager: "
        "operation error Secrets Manager: GetSecretValue, https response error StatusCode: 0, RequestID: , canceled, "
        "context deadline exceeded"
    ),
    "no way to Systems Manager": task(
        f"{_PULL}: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There "
        "is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network "
        "configuration. RequestCanceled: request context canceled caused by: context deadline exceeded"
    ),
    "no way to one of them": task(f"{_PULL}: pull command failed: : signal: killed"),
    "container check": task(
        "Task failed container health checks", "ServiceSchedulerInitiated", exit_code=137, lived=400
    ),
    "balancer check": task(
        f"Task failed ELB health checks in (target-group {GROUP})",
        "ServiceSchedulerInitiated",
        exit_code=143,
        lived=240,
    ),
    "no address": task(
        "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-05d93362e947058bc': "
        "InsufficientFreeAddressesInSubnet"
    ),
    "no interface": task("Timeout waiting for network interface provisioning to complete."),
    "stopped by hand": task("Task stopped by user", "UserInitiated", exit_code=143, lived=50, number=2),
    "stopped by hand, with a reason": task(
        "exec format error? password=hunter2 {file}", "UserInitiated", exit_code=1, lived=50, number=2
    ),
    "scaled in": task(
        "Scaling activity initiated by (deployment ecs-svc/1234567890123456789)",
        "ServiceSchedulerInitiated",
        exit_code=1,
        lived=500,
        number=3,
    ),
    "scaled in while it pulled": task(
        "Scaling activity initiated by (deployment ecs-svc/1234567890123456789)",
        "ServiceSchedulerInitiated",
        container="CannotPullContainerError: ref pull has been retried 1 time(s): context canceled",
        number=3,
    ),
    "interrupted": task("Your Spot Task was interrupted.", "SpotInterruption", exit_code=143, lived=500, number=4),
    "retired": task(
        "ECS is performing maintenance on the underlying infrastructure hosting the task.",
        "TerminationNotice",
        exit_code=143,
        lived=500,
    ),
    "unknown": task("Internal error."),
}

EVENTS: dict[str, dict[str, Any]] = {
    "started": event("has started 1 tasks: (task 00000000000000000000000000000001)."),
    "no image": event(
        "was unable to place a task. Reason: CannotPullContainerError: pull image manifest has been retried 7 "
        f"time(s): failed to resolve ref {IMAGE}: not found."
    ),
    "no role, at once": event(
        f"failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::{ACCOUNT}:role/"
        "pairva-test-backend-task' that was provided for this task. Please verify that the role being passed has the "
        "proper trust relationship and permissions and that your IAM user has permissions to pass this role.)."
    ),
    "no role, later": event(
        f"failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::{ACCOUNT}:role/"
        "pairva-test-backend-task' that was provided for this task.).",
        after=180,
    ),
    "no capacity": event(
        "was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a "
        "different availability zone. For more information, see the Troubleshooting section of the Amazon ECS "
        "Developer Guide."
    ),
    "no quota": event(
        "was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run "  # noqa: RUF001 -- AWS's apostrophe
        "concurrently. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
    ),
    "no quota, old": event(
        "was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently. "
        "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
    ),
    "too large": event(
        "was unable to place a task. Reason: The requested MEMORY configuration is above your limit. For more "
        "information, see the Troubleshooting section of the Amazon ECS Developer Guide."
    ),
    "container check": event("(task 00000000000000000000000000000001) failed container health checks."),
    "404": event(
        f"(task 00000000000000000000000000000001) (port 3000) is unhealthy in (target-group {GROUP}) due to (reason "
        "Health checks failed with these codes: [404])."
    ),
    "another's 503": event(
        f"(task 00000000000000000000000000000009) (port 3000) is unhealthy in (target-group {GROUP}) due to (reason "
        "Health checks failed with these codes: [503])."
    ),
    "timed out": event(
        f"(task 00000000000000000000000000000001) (port 3000) is unhealthy in (target-group {GROUP}) due to (reason "
        "Request timed out)."
    ),
    "steady": event("has reached a steady state."),
    "throttled": event(
        "is unable to consistently start tasks successfully. For more information, see the "
        "Troubleshooting section of the Amazon ECS Developer Guide."
    ),
}

TARGETS: dict[str, dict[str, Any]] = {
    "another code": target("Target.ResponseCodeMismatch", "Health checks failed with these codes: [404,502]"),
    "timed out": target("Target.Timeout", "Request timed out"),
    "no connection": target("Target.FailedHealthChecks", "Health checks failed"),
    "new": target("Elb.InitialHealthChecking", "Initial health checks in progress", "initial"),
    "leaving": target("Target.DeregistrationInProgress", "Target deregistration is in progress", "draining"),
    "broken balancer": target("Elb.InternalError", "Health checks failed due to an internal error"),
}
