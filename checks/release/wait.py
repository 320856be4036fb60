"""The wait for a release: runs its task, unless it runs already, until it has succeeded, or fails with the reason."""

from asyncio import sleep
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import pulumi
from botocore.exceptions import BotoCoreError, ClientError

import finding
from checks import unanswered
from checks.hook_thread import in_hook_thread
from checks.log import last_lines
from checks.observation import StoppedTask, stopped_task
from checks.release import outcome
from checks.release.order import Order
from checks.release.outcome import Log
from checks.session import Session, answer
from checks.unanswered import NO_ANSWER
from finding import Finding
from settings import fargate
from settings.stack import ServiceSettings

_T = TypeVar("_T")

_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 1.0, 5.0

# DescribeTasks may not know a task that RunTask has just started (ECS API reference, RunTask: eventual consistency).
_UNKNOWN_SECONDS = 60

# A task's last lines arrive when it has stopped, or some seconds later.
_LOG_LOOKS = 5


class Wait:
    """One wait for a release, with its own deadline: the engine sets no limit on hooks, and Ctrl-C ends none."""

    def __init__(self, session: Session, service: ServiceSettings, order: Order, row: pulumi.Resource) -> None:
        self._session, self._service, self._order, self._row = session, service, order, row
        self._ends = monotonic() + fargate.RELEASE_MINUTES * 60
        self._ecs: Any = None
        self._pause_seconds, self._task_id, self._said = _FIRST_PAUSE_SECONDS, "", ""

    async def until_released(self) -> None:
        """Returns when the release has succeeded; raises pulumi.RunError with the Finding otherwise."""
        # One attempt for each question: it is asked again anyway.
        self._ecs = await in_hook_thread(self._session.client, "ecs", attempts=1)
        whose = f"the release of {self._order.version}"
        while earlier := await self._running():
            if earlier.get("group") == self._order.group:
                whose = f"{whose}, begun by an earlier up"
                break
            await self._end_of(earlier["taskArn"], "an earlier release, which goes first")
        arn = earlier["taskArn"] if earlier else await self._start()
        await self._judge(await self._end_of(arn, whose))

    async def _running(self) -> dict[str, Any] | None:
        """A release of this service that runs: an `up` that was killed leaves it behind, and two at once is one too
        many. One of something else goes first.
        """
        cluster = self._order.cluster
        # With startedBy, ListTasks takes no other filter (API reference).
        listed = await self._ask(lambda: self._ecs.list_tasks(cluster=cluster, startedBy=self._order.started_by))
        if not listed["taskArns"]:
            return None
        described = await self._ask(lambda: self._ecs.describe_tasks(cluster=cluster, tasks=listed["taskArns"]))
        running = [task for task in described["tasks"] if task["lastStatus"] != "STOPPED"]
        return min(running, key=lambda task: task.get("group") == self._order.group, default=None)

    async def _start(self) -> str:
        """The ARN of the task. Whatever gets lost on the way, one token starts one task."""
        request = self._order.request(uuid4().hex)

        def run() -> tuple[list[str], list[str]]:
            try:
                answered = self._ecs.run_task(**request)
            except ClientError as error:
                if outcome.refuses(error):
                    return [], [answer(error)]
                raise
            failures = [f"{each.get('reason', '')} {each.get('detail', '')}".strip() for each in answered["failures"]]
            return [task["taskArn"] for task in answered["tasks"]], failures

        self._tell(f"the release of {self._order.version} is asked for")
        started, reasons = await self._ask(run)
        if not started:
            raise _error(outcome.refusal(reasons, self._order, self._service))
        return started[0]

    async def _end_of(self, arn: str, whose: str) -> StoppedTask:
        cluster, unknown_since = self._order.cluster, monotonic()
        self._task_id, self._pause_seconds = arn.rpartition("/")[2], _FIRST_PAUSE_SECONDS
        while True:
            described = await self._ask(lambda: self._ecs.describe_tasks(cluster=cluster, tasks=[arn]))
            task = next(iter(described["tasks"]), None)
            if task and task["lastStatus"] == "STOPPED":
                return stopped_task(task)
            if task:
                unknown_since = monotonic()
                since = f"since {task['createdAt'].astimezone(UTC):%H:%M:%S} UTC"
                self._tell(f"{whose}: task {self._task_id} ({since}) is {task['lastStatus']}")
            elif monotonic() - unknown_since > _UNKNOWN_SECONDS:
                raise self._unknown("ECS does not know its task", arn, "see what became of it (CloudTrail)")
            await self._pause()

    async def _judge(self, task: StoppedTask) -> None:
        """Raises what is to be said of a release that did not succeed."""
        good = outcome.succeeded(task, self._order)
        log = await self._log(patient=bool(task.started_at))
        if not good:
            raise _error(outcome.failure(task, self._order, log, self._service))
        pulumi.log.info(outcome.success(task, self._order, log), self._row)

    async def _log(self, *, patient: bool) -> Log:
        lines = tuple[str, ...]()
        try:
            logs = await in_hook_thread(self._session.client, "logs")
            for looks_left in reversed(range(_LOG_LOOKS if patient else 1)):
                lines = await in_hook_thread(last_lines, logs, self._service.names, self._task_id)
                if lines or not looks_left:
                    break
                await sleep(_FIRST_PAUSE_SECONDS)
        except (BotoCoreError, ClientError) as error:
            return Log(unread=f"its log could not be read: {answer(error)}")
        return Log(lines=lines)

    async def _ask(self, question: Callable[[], _T]) -> _T:
        """The answer, as soon as AWS gives one."""
        while True:
            try:
                return await in_hook_thread(question)
            except NO_ANSWER as error:
                if not unanswered.passes(error):
                    what, remedy = unanswered.why(error)
                    raise self._unknown(what, answer(error), remedy) from None
                self._tell(f"AWS does not answer as it should ({answer(error)})")
            await self._pause()

    async def _pause(self) -> None:
        """Raises at the deadline."""
        if monotonic() > self._ends:
            log = await self._log(patient=False) if self._task_id else Log()
            raise _error(
                outcome.delay(self._said, self._task_id, fargate.RELEASE_MINUTES, self._order, log, self._service)
            )
        await sleep(self._pause_seconds)
        self._pause_seconds = min(self._pause_seconds * 1.5, _LAST_PAUSE_SECONDS)

    def _tell(self, words: str) -> None:
        """On the resource's own row, which shows the time by itself; a plain line for each change in CI."""
        if words != self._said:
            self._said = words
            end = datetime.now(UTC) + timedelta(seconds=self._ends - monotonic())
            pulumi.log.info(f"{words}; ends at {end:%H:%M} UTC at the latest", self._row, ephemeral=True)

    def _unknown(self, what: str, told: str, remedy: str) -> pulumi.RunError:
        return _error(outcome.unknown(what, told, remedy, self._order, self._service))


def _error(fault: Finding) -> pulumi.RunError:
    return pulumi.RunError(finding.text([fault]))
