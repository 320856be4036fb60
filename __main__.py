"""Pairva on ECS Fargate: two images, the roles and tasks that run them, and two services behind one load balancer."""

import pulumi

from checks import build, preflight, release, rollout
from components.alarm import ServiceAlarms, ServiceAlarmsArgs, StackAlarms, StackAlarmsArgs
from components.cluster import Cluster, ClusterArgs
from components.dashboard import StackDashboard, StackDashboardArgs
from components.image import ServiceImage, ServiceImageArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.log_bucket import LogBucket, LogBucketArgs
from components.network import Network, NetworkArgs
from components.roles import TaskRoles, TaskRolesArgs
from components.service import FargateService, FargateServiceArgs
from components.task import FargateTask, FargateTaskArgs
from settings import configuration

# Every fault of Pulumi.<stack>.yaml is said here, at once, then everything that it needs and that is not there: before
# anything exists.
stack = configuration.current()
preflight.require(stack)
shared, backend, frontend = stack.deployment, stack.services["backend"], stack.services["frontend"]

# What both services stand on.
logs = LogBucket(
    "pairva",
    LogBucketArgs(
        bucket_name=stack.log_bucket,
        account=stack.account,
        retention_days=shared.log_retention_days,
        protect=shared.protect,
    ),
)
network = Network(
    "pairva",
    NetworkArgs(
        prefix=stack.prefix,
        settings=shared.network,
        endpoints=stack.needed_endpoints,
        logs=logs,
        protect=shared.protect,
    ),
)
cluster = Cluster(
    "pairva",
    ClusterArgs(
        cluster_name=stack.prefix,
        exec_log_group=stack.exec_log_group,
        spot=stack.spot,
        log_retention_days=shared.log_retention_days,
        logs_key_arn=shared.keys.logs,
        protect=shared.protect,
    ),
)
balancer = LoadBalancer(
    "pairva",
    LoadBalancerArgs(prefix=stack.prefix, network=network, logs=logs, domain=shared.domain, protect=shared.protect),
)

# What runs, and as whom: both images and tasks are ready before either service changes.
backend_image = ServiceImage("backend", ServiceImageArgs(service=backend, before_build=build.once(stack, backend)))
backend_roles = TaskRoles("backend", TaskRolesArgs(service=backend, repository_arn=backend_image.repository_arn))
backend_task = FargateTask("backend", FargateTaskArgs(service=backend, image=backend_image, roles=backend_roles))

frontend_image = ServiceImage("frontend", ServiceImageArgs(service=frontend, before_build=build.once(stack, frontend)))
frontend_roles = TaskRoles("frontend", TaskRolesArgs(service=frontend, repository_arn=frontend_image.repository_arn))
frontend_task = FargateTask("frontend", FargateTaskArgs(service=frontend, image=frontend_image, roles=frontend_roles))

# Each service changes after its release, if the stack file names one, and is proven by its verdict; the frontend
# changes only once the backend is proven.
backend_service = FargateService(
    "backend",
    FargateServiceArgs(
        service=backend,
        task=backend_task,
        network=network,
        cluster=cluster,
        balancer=balancer,
        release=release.gate(stack, backend),
        verdict=rollout.verdict(stack, backend),
    ),
)
frontend_service = FargateService(
    "frontend",
    FargateServiceArgs(
        service=frontend,
        task=frontend_task,
        network=network,
        cluster=cluster,
        balancer=balancer,
        release=release.gate(stack, frontend),
        verdict=rollout.verdict(stack, frontend),
        after=[backend_service.proven],
    ),
)

# Who is told when what was proven fails later.
alarms = StackAlarms(
    "pairva",
    StackAlarmsArgs(prefix=stack.prefix, account=stack.account, email_addresses=shared.alarm_emails, balancer=balancer),
)
ServiceAlarms("backend", ServiceAlarmsArgs(service=backend, watched=backend_service, alarms=alarms))
ServiceAlarms("frontend", ServiceAlarmsArgs(service=frontend, watched=frontend_service, alarms=alarms))

# What they look at first.
dashboard = StackDashboard(
    "pairva",
    StackDashboardArgs(
        dashboard_name=stack.dashboard,
        stack_name=stack.name,
        account=stack.account,
        balancer=balancer,
        services=[(backend, backend_service), (frontend, frontend_service)],
    ),
)

pulumi.export("url", balancer.url)
pulumi.export("backend", backend_service.summary)
pulumi.export("frontend", frontend_service.summary)
pulumi.export("nat_addresses", network.nat_addresses)
pulumi.export("dashboard", dashboard.url)
