"""Where a container writes its log."""

from collections.abc import Iterator

from checks.template.table import Table
from finding import Finding
from settings.placeholder import unreplaced

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
_DRIVERS = ("awslogs", "splunk", "awsfirelens")

# Without them a task of Fargate is refused: API_LogConfiguration.
_OPTIONS = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")

# The role that the console makes. It has AWS's managed policy, AmazonECSTaskExecutionRolePolicy.
_CONSOLES_ROLE = "ecsTaskExecutionRole"

_MADE_HERE = "this program makes a log group for each service before its first task, and names it in the task"


def findings(task: Table) -> Iterator[Finding]:
    for container in task.tables("containerDefinitions"):
        logs = container.table("logConfiguration")
        driver = logs.text("logDriver")
        if not container.states("logConfiguration"):
            yield container.fault(
                "logConfiguration", "is missing: nothing will tell why the application failed", _MADE_HERE
            )
        elif driver == "awslogs":
            yield from _awslogs(logs.table("options"), task.text("executionRoleArn"))
        elif driver and driver not in _DRIVERS and not unreplaced(driver):
            yield logs.fault("logDriver", f"is not for Fargate, which has {', '.join(_DRIVERS)}", _MADE_HERE)


def _awslogs(options: Table, execution_role: str) -> Iterator[Finding]:
    for option in _OPTIONS:
        if not options.states(option):
            yield options.fault(option, "is missing, and Fargate needs it: AWS refuses the file", _MADE_HERE)
    creates = options.text("awslogs-create-group").lower() == "true"
    if options.states("awslogs-group") and not creates:
        yield options.fault(
            "awslogs-group",
            "nothing in this file creates the log group: if nobody else did, no task starts, and no log says why",
            _MADE_HERE,
        )
    if creates and execution_role.endswith(f"/{_CONSOLES_ROLE}"):
        yield options.fault(
            "awslogs-create-group",
            f"needs logs:CreateLogGroup, which AWS's managed policy of {_CONSOLES_ROLE} lacks: then no task starts",
            _MADE_HERE,
        )
