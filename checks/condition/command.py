"""What whoever looks into a service types next, ready for a shell."""

from collections.abc import Iterator

from checks.condition.facts import Facts
from checks.question import Unanswered
from settings.stack import ServiceSettings, Stack


def commands(stack: Stack, service: ServiceSettings, facts: Facts) -> Iterator[str]:
    """Nothing for a service that is not there, and no shell where nobody is let in."""
    if facts.service is None or isinstance(facts.service, Unanswered):
        return
    names = service.names
    yield f"aws logs tail {names.log_group} --since 1h --follow {_place(stack, 'logs')}"
    if service.own.exec and (task := _open_task(facts)):
        yield (
            f"aws ecs execute-command --cluster {names.cluster} --task {task} --container {names.service} "
            f"--interactive --command /bin/sh {_place(stack, 'ecs')}"
        )


def _open_task(facts: Facts) -> str:
    """The id of a running task that was started with ECS Exec; empty if there is none."""
    tasks = () if isinstance(facts.tasks, Unanswered) else facts.tasks
    open_tasks = [each for each in tasks if each.get("enableExecuteCommand") and each["lastStatus"] == "RUNNING"]
    return next((each["taskArn"].rpartition("/")[2] for each in open_tasks), "")


def _place(stack: Stack, service: str) -> str:
    """Where the stack is, whatever the shell's own settings say."""
    endpoint = next((table[service] for table in stack.aws.endpoints if service in table), "")
    profile = f" --profile {stack.aws.profile}" if stack.aws.profile else ""
    return f"--region {stack.account.region}{profile}{f' --endpoint-url {endpoint}' if endpoint else ''}"
