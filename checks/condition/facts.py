"""What is asked of AWS about one service: every question at the same time, but for those that need another's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from checks import proof
from checks.observation import Deployment, Observation, Observer, deployment_of
from checks.proof import Proof
from checks.question import Question, Unanswered
from checks.session import Session
from settings.stack import ServiceSettings

Answer = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is to be seen of a revision: of the one whose task failed last, or else of the one that is deployed."""

    task_definition: str
    seen: Observation | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """AWS's answers; None for what is not there.

    `service` and `definition` are those of DescribeServices and DescribeTaskDefinition, `tasks` those of DescribeTasks
    that run or begin to. `tag` is the digest that the wanted version's tag names. `proofs` are all good verdicts.
    """

    service: Answer | Unanswered | None
    definition: Answer | Unanswered | None
    look: Look | Unanswered | None
    tasks: Sequence[Answer] | Unanswered
    proofs: Sequence[Proof] | Unanswered
    tag: str | Unanswered | None

    @property
    def unanswered(self) -> list[str]:
        """Why what is not known is not, each reason once."""
        answers = (self.service, self.definition, self.look, self.tasks, self.proofs, self.tag)
        whys = [each.why for each in answers if isinstance(each, Unanswered)]
        unread = self.look.seen.unread if isinstance(self.look, Look) and self.look.seen else ()
        return list(dict.fromkeys([*whys, *unread]))


class Inquiry:
    """All questions about a service, asked from now on."""

    def __init__(self, session: Session, service: ServiceSettings, deadline: float) -> None:
        self._deadline = deadline
        about = service.names.service
        self._service = Question(f"service of {about}", partial(_service, session, service))
        self._tasks = Question(f"tasks of {about}", partial(_tasks, session, service))
        self._proofs = Question(f"proof of {about}", partial(_proofs, session, service))
        self._tag = Question(f"tag of {about}", partial(_tag, session, service))
        self._definition = Question(f"task definition of {about}", partial(self._defined, session))
        self._look = Question(f"targets and stopped tasks of {about}", partial(self._seen, session, service))

    def facts(self) -> Facts:
        """What was answered by the deadline."""
        return Facts(
            service=self._service.until(self._deadline),
            definition=self._definition.until(self._deadline),
            look=self._look.until(self._deadline),
            tasks=self._tasks.until(self._deadline),
            proofs=self._proofs.until(self._deadline),
            tag=self._tag.until(self._deadline),
        )

    def _defined(self, session: Session) -> Answer | Unanswered | None:
        revision = self._revision()
        if not isinstance(revision, str):
            return revision
        return session.client("ecs").describe_task_definition(taskDefinition=revision)["taskDefinition"]

    def _seen(self, session: Session, service: ServiceSettings) -> Look | Unanswered | None:
        revision = self._revision()
        if not isinstance(revision, str):
            return revision
        observer = Observer(session, service)
        subject = observer.failed_revision() or revision
        return Look(task_definition=subject, seen=observer.look(subject))

    def _revision(self) -> str | Unanswered | None:
        """The one that is deployed."""
        service = self._service.until(self._deadline)
        if service is None or isinstance(service, Unanswered):
            return service
        deployed = primary(service)
        return deployed.task_definition if deployed else None


def primary(service: Answer) -> Deployment | None:
    """The deployment that ECS works at, or has completed."""
    return next((each for each in map(deployment_of, service["deployments"]) if each.status == "PRIMARY"), None)


def _service(session: Session, service: ServiceSettings) -> Answer | None:
    ecs, names = session.client("ecs"), service.names
    try:
        answer = ecs.describe_services(cluster=names.cluster, services=[names.family])
    except ecs.exceptions.ClusterNotFoundException:
        return None
    return next((each for each in answer["services"] if each["status"] == "ACTIVE"), None)


def _tasks(session: Session, service: ServiceSettings) -> Sequence[Answer]:
    ecs = session.client("ecs")
    try:
        return Observer(session, service).tasks("RUNNING")
    except (ecs.exceptions.ClusterNotFoundException, ecs.exceptions.ServiceNotFoundException):
        return ()


def _proofs(session: Session, service: ServiceSettings) -> Sequence[Proof]:
    return proof.history(session.client("ssm"), service.names.proven)


def _tag(session: Session, service: ServiceSettings) -> str | None:
    names, registry = service.names, service.registry
    ecr = session.client("ecr", region=registry.region)
    try:
        answer = ecr.describe_images(
            registryId=registry.account_id,
            repositoryName=names.repository,
            imageIds=[{"imageTag": service.own.version}],
        )
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return None
    return next((each["imageDigest"] for each in answer["imageDetails"]), None)
