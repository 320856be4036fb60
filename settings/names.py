"""What everything is called. Each physical name is `pairva-<stack>-<noun>`, a plain string known before anything
exists, so that role ARNs and log groups can be written down, reviewed and looked up without asking AWS.

The log bucket's ends with the account, for a bucket's name is taken for all accounts.
Repositories are the exception (every stack of an account shares `pairva-<service>`), and so are the load balancer and
its target groups, which Pulumi names: theirs end at 32 characters and must change when they are replaced.
"""

from collections.abc import Iterable
from dataclasses import dataclass

PROJECT = "pairva"


@dataclass(frozen=True, kw_only=True)
class ServiceNames:
    """The names of everything that belongs to one service of one stack."""

    stack: str
    service: str

    @property
    def cluster(self) -> str:
        return cluster(self.stack)

    @property
    def family(self) -> str:
        """Task-definition family, ECS service and security group."""
        return f"{PROJECT}-{self.stack}-{self.service}"

    @property
    def execution_role(self) -> str:
        return f"{self.family}-execution"

    @property
    def task_role(self) -> str:
        return f"{self.family}-task"

    @property
    def log_group(self) -> str:
        return f"/{PROJECT}/{self.stack}/{self.service}"

    @property
    def exec_log_group(self) -> str:
        return exec_log_group(self.stack)

    def scaling_policy(self, load: str) -> str:
        return f"{self.family}-by-{load}"

    @property
    def failed_tasks(self) -> str:
        """The EventBridge rule that matches tasks that failed."""
        return f"{self.family}-failed-tasks"

    def alarm(self, about: str) -> str:
        return f"{self.family}-{about}"

    @property
    def proven(self) -> str:
        """The parameter that holds what the last good verdict was about."""
        return f"{self.log_group}/proven"

    @property
    def released(self) -> str:
        """The parameter that holds what the last release that succeeded was about."""
        return f"{self.log_group}/released"

    @property
    def release(self) -> str:
        """Who started a release's task, and how the name of its group begins."""
        return f"{self.family}-release"

    @property
    def staged_context(self) -> str:
        """The folder, relative to `Pulumi.yaml`, from which a version that is built once is built."""
        return f".images/{self.stack}/{self.service}"

    @property
    def repository(self) -> str:
        return f"{PROJECT}-{self.service}"


def volume(path: str) -> str:
    """The task's volume for a path that the application may write to."""
    return path.strip("/").replace("/", "-").replace(".", "-")


def cluster(stack: str) -> str:
    """The ECS cluster, and the prefix of everything else that the stack's services share."""
    return f"{PROJECT}-{stack}"


def dashboard(stack: str) -> str:
    """The CloudWatch dashboard; one account's are those of all regions."""
    return f"{PROJECT}-{stack}"


def log_bucket(stack: str, account_id: str) -> str:
    """Where the load balancer and the network deliver their logs."""
    return f"{PROJECT}-{stack}-logs-{account_id}"


def exec_log_group(stack: str) -> str:
    """Where ECS Exec writes what was typed in the stack's containers, and what they answered."""
    return f"/{PROJECT}/{stack}/exec"


@dataclass(frozen=True, kw_only=True)
class TooLong:
    """What of a stack would have a longer name than AWS takes, and by how many characters."""

    noun: str
    limit: int
    excess: int


def too_long(stack: str, services: Iterable[str]) -> TooLong | None:
    """The name that exceeds its limit most, if the stack is called so."""
    each_service = [ServiceNames(stack=stack, service=service) for service in services]
    # The longest of each kind, and what AWS takes; whatever else has a name may be 255 characters long or longer.
    names = [(of.execution_role, "the name of a role", 64) for of in each_service]
    names += [(of.failed_tasks, "the name of an EventBridge rule", 64) for of in each_service]
    names.append((log_bucket(stack, "0" * 12), "the name of a bucket", 63))
    exceeding = [
        TooLong(noun=noun, limit=limit, excess=len(name) - limit) for name, noun, limit in names if len(name) > limit
    ]
    return max(exceeding, key=lambda each: each.excess, default=None)
