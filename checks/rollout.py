"""The verdict on a deployment: waits until it is good, or fails with the reason."""

import json
from asyncio import sleep
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pulumi
from botocore.exceptions import BotoCoreError, ClientError
from pulumi.resource import DependencyResource

import finding
from checks import diagnosis, proof, smoke, unanswered
from checks.diagnosis import Crashes, Judgement, Wanted
from checks.hook_thread import in_hook_thread
from checks.observation import Observation, Observer
from checks.session import Session, answer
from checks.smoke import Origin
from checks.unanswered import NO_ANSWER, NoAnswer
from finding import Finding
from settings.stack import ServiceSettings, Stack

_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 1.0, 5.0

_SECOND_LOOK_SECONDS = 2.0

# A balancer that has just changed its targets answers for some seconds as before, and the name of a new one takes up to
# a minute to be known.
_SMOKE_SECONDS = 60.0


def verdict(stack: Stack, service: ServiceSettings) -> pulumi.ResourceOptions:
    """Makes a resource the gate of a service's deployment: it is written only after a good verdict.

    Its hook raises while the verdict is not good. Then the old value stays, and the next `up` asks again; so does
    one that finds the service not as wanted although the gate's value would not change (`_asked_again`).
    """
    session = Session(stack)

    async def hook(args: pulumi.ResourceHookArgs) -> None:
        await _Wait(session, service, _wanted(args, service), DependencyResource(args.urn)).until_good()

    async def asked_again(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
        return await _asked_again(args, session, service)

    before = [pulumi.ResourceHook(f"{service.names.service}-verdict", hook)]
    return pulumi.ResourceOptions(
        hooks=pulumi.ResourceHookBinding(before_create=before, before_update=before), transforms=[asked_again]
    )


async def _asked_again(
    args: pulumi.ResourceTransformArgs, session: Session, service: ServiceSettings
) -> pulumi.ResourceTransformResult:
    """Changes the gate's description if the service is not as wanted, so that its hook runs; else lets it be.

    This is how a count, a change by hand that the `up` has just mended, or a service that broke since gets a verdict.
    The engine calls it when the service has been updated: a transform sees its resource's dependencies resolved.
    """
    # It is not there while it is unknown, because what it depends on was left out.
    value = pulumi.Output.from_input(args.props.get("insecureValue"))
    reason = "" if pulumi.runtime.is_dry_run() else await _not_as_wanted(value, session, service)
    if reason:
        description = f"{args.props['description']}; asked again {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {reason}"
        return pulumi.ResourceTransformResult({**args.props, "description": description}, args.opts)
    args.opts.ignore_changes = ["description"]
    return pulumi.ResourceTransformResult(args.props, args.opts)


async def _not_as_wanted(value: pulumi.Output[Any], session: Session, service: ServiceSettings) -> str:
    record = await value.future()
    if record is None:
        return ""
    wanted, crashes = _parsed(record, service), Crashes()
    try:
        observer = await in_hook_thread(Observer, session, service)
        seen = await in_hook_thread(observer.look, wanted.task_definition)
        crashes.since_completion(seen)
        judgement = diagnosis.judge(seen, wanted, service)
        if seen and judgement.outcome == "good" and any(task.failed for task in seen.stopped):
            # In a crash loop a task runs now and then.
            await sleep(_SECOND_LOOK_SECONDS)
            seen = await in_hook_thread(observer.look, wanted.task_definition)
            judgement = diagnosis.judge(seen, wanted, service)
            if judgement.outcome == "good" and crashes.since_completion(seen):
                return "a task has just failed"
    except (BotoCoreError, ClientError, pulumi.RunError) as error:
        return f"AWS could not be asked ({type(error).__name__})"  # the hook says it in full
    if judgement.outcome != "good":
        return judgement.reason
    return await _smoke(session, service, wanted)


async def _smoke(session: Session, service: ServiceSettings, wanted: Wanted) -> str:
    """What is wrong with what answers through the balancer; empty if nothing is, or nothing is asked."""
    if service.own.smoke is None:
        return ""
    return await in_hook_thread(smoke.ask, Origin.of(wanted.url, session), service.own.smoke, wanted.version)


class _Wait:
    """One wait for a verdict, with its own deadline: the engine sets no limit on hooks, and Ctrl-C ends none."""

    def __init__(self, session: Session, service: ServiceSettings, wanted: Wanted, row: pulumi.Resource) -> None:
        self._session, self._service, self._wanted, self._row = session, service, wanted, row
        self._budget = service.time_budget
        self._started = self._since = monotonic()
        self._judgement = Judgement(outcome="waiting", reason="")
        self._seen: Observation | None = None
        self._crashes, self._crashed = Crashes(), 0
        self._wrong = ""
        self._answered = self._promising = self._explained = False

    async def until_good(self) -> None:
        """Returns on a good verdict; raises pulumi.RunError with the Finding on any other."""
        # One attempt for each question: it is asked again at the next look anyway.
        observer = await in_hook_thread(Observer, self._session, self._service, attempts=1)
        pause = _FIRST_PAUSE_SECONDS
        while True:
            before = self._judgement
            await self._look(observer)
            if before.outcome == self._judgement.outcome == "good" and await self._passes_smoke():
                return
            self._end_if_bad()
            calm = before == self._judgement and before.outcome == "waiting"
            pause = min(pause * 1.5, _LAST_PAUSE_SECONDS) if calm else _FIRST_PAUSE_SECONDS
            await sleep(pause if self._answered else _LAST_PAUSE_SECONDS)

    async def _look(self, observer: Observer) -> None:
        try:
            self._seen = await in_hook_thread(observer.look, self._wanted.task_definition)
            judgement, self._answered = self._judged(), True
        except NO_ANSWER as error:
            if not unanswered.passes(error):
                raise _cannot_ask(error, self._service) from None
            reason = f"AWS does not answer as it should ({answer(error)})"
            judgement, self._answered = Judgement(outcome="waiting", reason=reason), False
        if judgement.outcome != self._judgement.outcome:
            self._since = monotonic()
        if judgement != self._judgement:
            self._tell(judgement)
        self._promising |= self._answered and judgement.outcome in ("waiting", "good")
        self._judgement = judgement

    def _judged(self) -> Judgement:
        before, self._crashed = self._crashed, self._crashes.since_completion(self._seen)
        judgement = diagnosis.judge(self._seen, self._wanted, self._service, self._crashed)
        if judgement.outcome == "good" and self._crashed > before:
            # It may run for this moment only: ECS starts another at once.
            return Judgement(outcome="waiting", reason=f"{judgement.reason}, but a task has just failed")
        return judgement

    def _tell(self, judgement: Judgement) -> None:
        """On the resource's own row, which shows the time by itself; a plain line for each change in CI.

        What makes the first task fail is a warning, which stays when the deployment succeeds in the end.
        """
        end = datetime.now(UTC) + timedelta(seconds=self._budget.deadline_seconds - self._elapsed())
        until = f"; ends at {end:%H:%M} UTC at the latest" if judgement.outcome == "waiting" else ""
        why = f" ({self._budget})" if until and not self._judgement.reason else ""
        pulumi.log.info(f"{judgement.reason}{until}{why}", self._row, ephemeral=True)
        waiting = judgement.outcome == "waiting" and not self._explained
        if self._seen and waiting and (words := diagnosis.first_words(self._seen, self._wanted, self._service)):
            self._explained = True
            pulumi.log.warn(words, self._row)

    async def _passes_smoke(self) -> bool:
        """Raises if the balancer does not answer with the version within its time."""
        wrong = await _smoke(self._session, self._service, self._wanted)
        if not wrong:
            return True
        asked = f"{self._wanted.url}{self._service.own.smoke.path if self._service.own.smoke else ''}"
        if monotonic() - self._since > _SMOKE_SECONDS:
            raise self._failed(diagnosis.unproven(asked, wrong, self._service))
        if wrong != self._wrong:
            self._wrong = wrong
            until = f"asked again for {_SMOKE_SECONDS:.0f} s"
            pulumi.log.info(f"all tasks run, but {asked} {wrong}; {until}", self._row, ephemeral=True)
        return False

    def _end_if_bad(self) -> None:
        outcome, lasts = self._judgement.outcome, monotonic() - self._since
        if outcome in ("bad", "doubtful") and (lasts > self._judgement.doubt_seconds or not self._may_change(outcome)):
            raise self._failed(self._judgement)
        if outcome != "good" and self._elapsed() > self._budget.deadline_seconds:
            raise self._failed(self._judgement, late=f"it is not done after {self._budget}. ")

    def _may_change(self, outcome: str) -> bool:
        """If it may be from before the update, or its log is not there yet."""
        silent = self._seen is not None and bool(self._seen.logged) and not self._seen.log
        return outcome == "doubtful" or not self._promising or silent

    def _failed(self, judgement: Judgement, late: str = "") -> pulumi.RunError:
        fault = diagnosis.failure(judgement, self._seen, self._wanted, self._service, late=late)
        return pulumi.RunError(finding.text([fault]))

    def _elapsed(self) -> float:
        return monotonic() - self._started


def _wanted(args: pulumi.ResourceHookArgs, service: ServiceSettings) -> Wanted:
    before = proof.read((args.old_inputs or {}).get("insecureValue", ""))
    return _parsed((args.new_inputs or {})["insecureValue"], service, before)


def _parsed(value: str, service: ServiceSettings, before: Mapping[str, Any] | None = None) -> Wanted:
    """The gate's value (components/service.py), and the one that it has now."""
    record = json.loads(value)
    return Wanted(
        task_definition=record["taskDefinition"],
        version=record["version"],
        digest=record["digest"],
        url=record["url"],
        proven_task_definition=(before or {}).get("taskDefinition", ""),
        proven_version=(before or {}).get("version", ""),
    )


def _cannot_ask(error: NoAnswer, service: ServiceSettings) -> pulumi.RunError:
    what, remedy = unanswered.why(error)
    fault = Finding(
        where=service.names.family,
        what=f"nobody knows whether it runs: {what}",
        found=answer(error),
        remedy=f"{remedy} and run up again, which asks again; the deployment itself goes on meanwhile",
    )
    return pulumi.RunError(finding.text([fault]))
