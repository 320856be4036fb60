"""An AWS account with the sample stack in it, well and as wanted; each test changes what it needs."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from checks.condition import conditions
from checks.condition.condition import Condition
from components import definition
from settings.stack import Stack
from tests.samples import Edit, stack

ACCOUNT = "039612856036"
ECS = f"arn:aws:ecs:us-east-1:{ACCOUNT}"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEPLOYED, PROVEN = NOW - timedelta(hours=3), NOW - timedelta(hours=2)
ALICE = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/alice"
DIGEST, OTHER_DIGEST = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
UNDONE = "(service pairva-test-backend) (deployment ecs-svc/8) deployment failed: tasks failed to start."


def revision(number: int, service: str = "backend") -> str:
    return f"{ECS}:task-definition/pairva-test-{service}:{number}"


def arn(number: int) -> str:
    return f"{ECS}:task/pairva-test/{number:032x}"


def task(number: int, of: str = "", **others: Any) -> dict[str, Any]:
    """One that runs, with a container of AWS's own beside the application's."""
    own = {"name": "backend", "imageDigest": DIGEST, "healthStatus": "HEALTHY"}
    return {
        "taskArn": arn(number),
        "taskDefinitionArn": of or revision(7),
        "lastStatus": "RUNNING",
        "createdAt": DEPLOYED,
        "enableExecuteCommand": False,
        "containers": [{"name": "aws-guardduty-agent", "imageDigest": OTHER_DIGEST}, own],
        **others,
    }


def crashed(number: int, of: str = "", *, at: datetime = NOW - timedelta(minutes=10)) -> dict[str, Any]:
    return {
        **task(number, of),
        "lastStatus": "STOPPED",
        "createdAt": at,
        "startedAt": at + timedelta(seconds=10),
        "stoppedAt": at + timedelta(seconds=12),
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "backend", "exitCode": 1}],
    }


def verdict(version: str, number: int, digest: str = DIGEST, at: datetime = PROVEN, by: str = ALICE) -> dict[str, Any]:
    value = {"taskDefinition": revision(number), "version": version, "digest": digest, "url": "http://balancer.example"}
    return {"Value": json.dumps(value), "Version": number, "LastModifiedUser": by, "LastModifiedDate": at}


class Account:
    """What AWS answers, in shapes that botocore checks. Only the backend can be changed; the frontend is not there.

    `fails` are the operations that raise, or wait.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *edits: Edit) -> None:
        self.stack = stack(*edits)
        own = self.stack.services["backend"]
        image = f"{own.repository_address}{':1.0.1' if own.own.build else f'@{DIGEST}'}"
        self.definition: dict[str, Any] = {
            **deepcopy(definition.request(own, image)),
            "taskDefinitionArn": revision(7),
            "revision": 7,
            "status": "ACTIVE",
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
            "registeredBy": ALICE,
        }
        # ECS fills in what nobody sent.
        self.container["environmentFiles"] = []
        self.definition["volumes"][0]["host"] = {}
        self.deployments = [self.deployment(7)]
        self.service: dict[str, Any] | None = {
            "serviceName": "pairva-test-backend",
            "status": "ACTIVE",
            "desiredCount": 1,
            "runningCount": 1,
            "loadBalancers": [{"targetGroupArn": "arn:aws:elasticloadbalancing:group"}],
            "healthCheckGracePeriodSeconds": 180,
            "enableExecuteCommand": False,
            "deploymentConfiguration": {
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "minimumHealthyPercent": 100,
                "maximumPercent": 200,
            },
            "networkConfiguration": {
                "awsvpcConfiguration": {
                    "subnets": ["subnet-1"],
                    "securityGroups": ["sg-1"],
                    "assignPublicIp": "DISABLED",
                }
            },
            "events": [],
        }
        self.tasks, self.stopped = [task(1)], list[dict[str, Any]]()
        self.targets = ["healthy"]
        self.verdicts = [verdict("1.0.0", 6, OTHER_DIGEST, PROVEN - timedelta(days=1)), verdict("1.0.1", 7)]
        self.tags = {"1.0.1": DIGEST}
        self.caller, self.fails = ACCOUNT, dict[str, Callable[[], Any]]()
        account = self

        def call(aws: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            model = aws.meta.service_model.operation_model(operation)
            _check(arguments, model.input_shape)
            try:
                account.fails.get(operation, lambda: None)()
                answer = getattr(account, f"_{operation}")(arguments)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "")
                raise aws.exceptions.from_code(code)(error.response, operation) from None
            _check(answer, model.output_shape)
            return answer

        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)

    @property
    def container(self) -> dict[str, Any]:
        return self.definition["containerDefinitions"][0]

    def deployment(
        self, number: int, state: str = "COMPLETED", status: str = "PRIMARY", **others: Any
    ) -> dict[str, Any]:
        return {
            "status": status,
            "taskDefinition": revision(number),
            "createdAt": DEPLOYED,
            "runningCount": 1,
            "rolloutState": state,
            "rolloutStateReason": "ECS deployment ecs-svc/7 completed.",
            **others,
        }

    def refuse(self, operation: str, code: str = "AccessDeniedException") -> None:
        def refuse() -> None:
            raise ClientError({"Error": {"Code": code, "Message": "You may not"}}, operation)

        self.fails[operation] = refuse

    def remove(self) -> None:
        """As if it had never been deployed."""
        self.service, self.tasks, self.verdicts, self.tags = None, [], [], {}
        self.refuse("ListTasks", "ServiceNotFoundException")
        self.refuse("GetParameterHistory", "ParameterNotFound")

    def both(self) -> list[Condition]:
        return conditions([(self.stack, definitions(self.stack))])

    def backend(self) -> Condition:
        return self.both()[0]

    def _GetCallerIdentity(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"Account": self.caller, "Arn": ALICE}

    def _DescribeServices(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.service is None or asked["services"] != ["pairva-test-backend"]:
            return {"services": [], "failures": [{"arn": asked["services"][0], "reason": "MISSING"}]}
        return {"services": [{**self.service, "deployments": self.deployments}]}

    def _DescribeTaskDefinition(self, asked: dict[str, Any]) -> dict[str, Any]:
        (deployed,) = [each for each in self.deployments if each["status"] == "PRIMARY"]
        assert asked == {"taskDefinition": deployed["taskDefinition"]}
        return {"taskDefinition": self.definition}

    def _ListTasks(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A page for each task."""
        if asked["serviceName"] != "pairva-test-backend":
            raise ClientError({"Error": {"Code": "ServiceNotFoundException", "Message": ""}}, "ListTasks")
        tasks = self.tasks if asked["desiredStatus"] == "RUNNING" else self.stopped
        page = int(asked.get("nextToken", 0))
        more = {"nextToken": str(page + 1)} if page + 1 < len(tasks) else {}
        return {"taskArns": [each["taskArn"] for each in tasks[page : page + 1]], **more}

    def _DescribeTasks(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"tasks": [each for each in [*self.tasks, *self.stopped] if each["taskArn"] in asked["tasks"]]}

    def _DescribeTargetHealth(self, _: dict[str, Any]) -> dict[str, Any]:
        described = [
            {"Target": {"Id": f"10.20.1.{number}", "Port": 3000}, "TargetHealth": {"State": state}}
            for number, state in enumerate(self.targets)
        ]
        return {"TargetHealthDescriptions": described}

    def _GetLogEvents(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"events": [{"timestamp": 1, "message": "TypeError: no such key", "ingestionTime": 1}]}

    def _GetParameterHistory(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The newest last, and a page for each."""
        verdicts = self.verdicts if asked["Name"] == "/pairva/test/backend/proven" else []
        page = int(asked.get("NextToken", 0))
        more = {"NextToken": str(page + 1)} if page + 1 < len(verdicts) else {}
        return {"Parameters": verdicts[page : page + 1], **more}

    def _DescribeImages(self, asked: dict[str, Any]) -> dict[str, Any]:
        tag = asked["imageIds"][0]["imageTag"]
        if tag not in self.tags or asked["repositoryName"] != "pairva-backend":
            raise ClientError({"Error": {"Code": "ImageNotFoundException", "Message": ""}}, "DescribeImages")
        return {"imageDetails": [{"imageDigest": self.tags[tag]}]}


def definitions(sample: Stack) -> dict[str, dict[str, Any]]:
    return {name: definition.request(each, each.repository_address) for name, each in sample.services.items()}


def _check(values: dict[str, Any], shape: Any) -> None:
    report = ParamValidator().validate(values, shape)
    assert not report.has_errors(), report.generate_report()


def said(condition: Condition) -> list[tuple[str, str, str, str]]:
    return [(each.field, each.wanted, each.found, each.why) for each in condition.deviations]
