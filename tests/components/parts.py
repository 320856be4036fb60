"""Components put together by hand, each with only what it needs, and recorded."""

from functools import cache

import pulumi

from components.cluster import Cluster, ClusterArgs
from components.image import ServiceImage, ServiceImageArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.log_bucket import LogBucket, LogBucketArgs
from components.network import Network, NetworkArgs
from components.roles import TaskRoles, TaskRolesArgs
from components.service import FargateService, FargateServiceArgs
from components.task import FargateTask, FargateTaskArgs
from settings.stack import ServiceSettings
from tests.cloud import DIGEST
from tests.recording import Recording, record
from tests.samples import Edit, stack

PROMOTED = {"pairva-backend:1.0.1": DIGEST}


async def nothing(_: pulumi.ResourceHookArgs) -> None: ...


def backend(*edits: Edit) -> ServiceSettings:
    return stack(*edits).services["backend"]


def image_of(service: ServiceSettings) -> ServiceImage:
    return ServiceImage("backend", ServiceImageArgs(service=service, before_build=pulumi.ResourceHook("once", nothing)))


def task_of(service: ServiceSettings) -> FargateTask:
    image = image_of(service)
    roles = TaskRoles("backend", TaskRolesArgs(service=service, repository_arn=image.repository_arn))
    return FargateTask("backend", FargateTaskArgs(service=service, image=image, roles=roles))


def logs_of(*edits: Edit) -> LogBucket:
    of, deployment = stack(*edits), stack(*edits).deployment
    return LogBucket(
        "pairva",
        LogBucketArgs(
            bucket_name=of.log_bucket,
            account=of.account,
            retention_days=deployment.log_retention_days,
            protect=deployment.protect,
        ),
    )


def network_of(logs: LogBucket, *edits: Edit) -> Network:
    of, deployment = stack(*edits), stack(*edits).deployment
    return Network(
        "pairva",
        NetworkArgs(
            prefix="pairva-test",
            settings=deployment.network,
            endpoints=of.needed_endpoints,
            logs=logs,
            protect=deployment.protect,
        ),
    )


def balancer_of(logs: LogBucket, network: Network, *edits: Edit) -> LoadBalancer:
    deployment = stack(*edits).deployment
    return LoadBalancer(
        "pairva",
        LoadBalancerArgs(
            prefix="pairva-test", network=network, logs=logs, domain=deployment.domain, protect=deployment.protect
        ),
    )


def ground_of(*edits: Edit) -> tuple[Network, LoadBalancer]:
    """What services stand on, with the bucket that both log to."""
    logs = logs_of(*edits)
    network = network_of(logs, *edits)
    return network, balancer_of(logs, network, *edits)


def gate(name: str) -> pulumi.ResourceOptions:
    hooks = [pulumi.ResourceHook(name, nothing)]
    return pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=hooks, before_update=hooks))


def cluster_of(name: str, exec_log_group: str | None = None, *, spot: bool = False) -> Cluster:
    return Cluster(
        name,
        ClusterArgs(
            cluster_name=f"{name}-test",
            exec_log_group=exec_log_group,
            spot=spot,
            log_retention_days=30,
            logs_key_arn=None,
            protect=True,
        ),
    )


def service_of(
    service: ServiceSettings, network: Network, balancer: LoadBalancer, after: tuple[str, ...] = ()
) -> FargateService:
    return FargateService(
        "backend",
        FargateServiceArgs(
            service=service,
            task=task_of(service),
            network=network,
            cluster=cluster_of("pairva", spot=bool(service.shares)),
            balancer=balancer,
            release=gate("release"),
            verdict=gate("verdict"),
            after=[cluster_of(name) for name in after],
        ),
    )


@cache
def recorded_image(*edits: Edit, preview: bool = False) -> Recording:
    return record(lambda: image_of(backend(*edits)), images=PROMOTED, preview=preview)


@cache
def recorded_task(*edits: Edit) -> Recording:
    return record(lambda: task_of(backend(*edits)), images=PROMOTED)


@cache
def recorded_network(*edits: Edit) -> Recording:
    """The network, and the bucket that it logs to."""
    return record(lambda: network_of(logs_of(*edits), *edits))


@cache
def recorded_service(*edits: Edit, after: tuple[str, ...] = ()) -> Recording:
    """The backend's service with all that it stands on; `after` names components that must come before it."""

    def program() -> None:
        service_of(backend(*edits), *ground_of(*edits), after)

    return record(program, images=PROMOTED)
