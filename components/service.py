"""The service: what keeps the wanted number of tasks running and leads requests to them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import gate
from components.cluster import Cluster
from components.load_balancer import LoadBalancer
from components.network import Network
from components.scaling import ServiceScaling, ServiceScalingArgs
from components.task import FargateTask
from settings import fargate
from settings.model import HTTPS, Egress
from settings.routing import rule_priority
from settings.stack import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class FargateServiceArgs:
    """`release` and `verdict` make a resource the gate before the deployment, and the one after it; `after` is what
    must be proven before this changes.
    """

    service: ServiceSettings
    task: FargateTask
    network: Network
    cluster: Cluster
    balancer: LoadBalancer
    release: pulumi.ResourceOptions
    verdict: pulumi.ResourceOptions
    after: Sequence[pulumi.Resource] = field(default_factory=tuple[pulumi.Resource, ...])


class FargateService(pulumi.ComponentResource):
    """Tasks in private subnets behind the load balancer, replaced 100/200 percent, rolled back by ECS when they fail.

    The provider does not wait: it would end in a bare time-out (terraform-provider-aws#20858, pulumi-aws#4487).
    Where the stack file names a release, the service changes only after that succeeded. `proven` is a parameter that is
    written only after the verdict on the deployment was good (components/gate.py).
    """

    proven: pulumi.Resource
    service_name: pulumi.Output[str]
    target_group_suffix: pulumi.Output[str] | None
    summary: dict[str, pulumi.Input[str]]

    def __init__(self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:FargateService", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        target_groups, listener_rules = self._routing()
        group, group_rules = self._security_group()
        network: aws.ecs.ServiceNetworkConfigurationArgsDict = {
            "subnets": args.network.private_subnet_ids,
            "security_groups": [group.id],
            "assign_public_ip": False,
        }
        load_balancers: list[aws.ecs.ServiceLoadBalancerArgsDict] = [
            {
                "target_group_arn": target_group.arn,
                "container_name": args.service.names.service,
                "container_port": args.service.own.port,
            }
            for target_group in target_groups
        ]
        needed = [*group_rules, *args.task.roles.granted, args.network, args.cluster, *args.after]
        ready = [*listener_rules, *needed, *self._released(network, needed)]
        service = self._service(network, load_balancers, ready)
        self.service_name = service.name
        self.target_group_suffix = next((target_group.arn_suffix for target_group in target_groups), None)
        wanted = [service, *self._scaling()]
        placed = [self._placement()] if args.service.shares else []
        self.proven = self._proven(wanted, pulumi.Output.json_dumps([network, load_balancers, *placed]))
        self.summary = {
            "image": args.task.image.reference,
            "task_definition": args.task.definition_arn,
            "log_group": args.task.log_group,
            "service": service.name,
        }
        self.register_outputs({"summary": self.summary})

    def _service(
        self,
        network: aws.ecs.ServiceNetworkConfigurationArgsDict,
        load_balancers: Sequence[aws.ecs.ServiceLoadBalancerArgsDict],
        ready: Sequence[pulumi.Resource],
    ) -> aws.ecs.Service:
        """Waits for all that its first tasks need: permissions, the ways in and out, and NAT (minutes on a new
        network); and for its release.
        """
        args, own = self._args, self._args.service.own
        # A tag that was pushed over changes nothing in the task definition: its new digest must start the deployment.
        rebuilt = {"image": args.task.image.digest} if own.build and own.build.mutable_tag else None
        placement = self._placement()
        return aws.ecs.Service(
            f"{self._name}-service",
            name=args.service.names.family,
            cluster=args.cluster.arn,
            task_definition=args.task.definition_arn,
            desired_count=args.service.least_tasks,
            launch_type=None if placement else "FARGATE",
            capacity_provider_strategies=placement or None,
            deployment_controller={"type": "ECS"},
            deployment_circuit_breaker={"enable": True, "rollback": True},
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            availability_zone_rebalancing="ENABLED",
            network_configuration=network,
            load_balancers=load_balancers,
            health_check_grace_period_seconds=own.health.grace_seconds if load_balancers else None,
            force_new_deployment=True if rebuilt or placement else None,
            triggers=rebuilt,
            wait_for_steady_state=False,
            enable_execute_command=True if own.exec else None,
            # Fargate bills tasks, which carry the stack's tags only so.
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=ready,
                ignore_changes=["desired_count"] if own.scaling else None,
            ),
        )

    def _placement(self) -> list[aws.ecs.ServiceCapacityProviderStrategyArgsDict]:
        """Nothing for a service that never named `spot`: its launch type says where its tasks run.

        From the launch type to this, and from one of these to another, a service is changed in place, and only with
        `force_new_deployment`. There is no way back: to the provider, a launch type that comes again is a replacement
        (hashicorp/terraform-provider-aws#43533, and `launch_type` in internal/service/ecs/service.go). So a service
        that leaves Spot stays with the provider FARGATE, and checks/preflight/capacity.py refuses the other way.
        """
        return [
            {"capacity_provider": share.provider, "base": share.base, "weight": share.weight}
            for share in self._args.service.shares
        ]

    def _scaling(self) -> list[pulumi.Resource]:
        """Nothing for a fixed count."""
        args, scaling = self._args, self._args.service.own.scaling
        if scaling is None:
            return []
        target_group = self.target_group_suffix
        scaled = ServiceScalingArgs(
            scaling=scaling,
            names=args.service.names,
            service_name=self.service_name,
            request_label=pulumi.Output.concat(args.balancer.arn_suffix, "/", target_group) if target_group else None,
        )
        return [ServiceScaling(self._name, scaled, self._child)]

    def _released(
        self, network: aws.ecs.ServiceNetworkConfigurationArgsDict, needed: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        """The gate that a release opens, whose task needs what the service's need; nothing without a release."""
        args = self._args
        if args.service.own.release is None:
            return []
        behind = pulumi.ResourceOptions(parent=self, depends_on=needed)
        opts = pulumi.ResourceOptions.merge(args.release, behind)
        return [gate.released(self._name, args.service, args.task, network, opts)]

    def _proven(self, wanted: Sequence[pulumi.Resource], deployment: pulumi.Output[str]) -> aws.ssm.Parameter:
        """It comes after all that says what is wanted: a raised `scaling.min`, too, is followed by a verdict."""
        args = self._args
        started = {"deployment": deployment.apply(_fingerprint), "url": args.balancer.url}
        opts = pulumi.ResourceOptions.merge(args.verdict, pulumi.ResourceOptions(parent=self, depends_on=wanted))
        return gate.proven(self._name, args.service, args.task, started, opts)

    def _security_group(self) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """Tasks hear the load balancer on their port only, and speak HTTPS to all (AWS among them) and what egress
        lists.
        """
        own, names, balancer = self._args.service.own, self._args.service.names, self._args.balancer
        group = aws.ec2.SecurityGroup(
            f"{self._name}-group",
            name=names.family,
            description=f"Tasks of {names.family}",
            vpc_id=self._args.network.vpc_id,
            opts=self._child,
        )
        rules = list[pulumi.Resource]()
        if own.path:
            # Named by the port: while it changes, tasks of both ports are reached.
            rules.append(
                aws.vpc.SecurityGroupEgressRule(
                    f"{self._name}-balancer-to-tasks-{own.port}",
                    security_group_id=balancer.security_group_id,
                    referenced_security_group_id=group.id,
                    description=f"To the tasks of {names.family}",
                    ip_protocol="tcp",
                    from_port=own.port,
                    to_port=own.port,
                    opts=self._child,
                )
            )
            rules.append(
                aws.vpc.SecurityGroupIngressRule(
                    f"{self._name}-from-balancer-{own.port}",
                    security_group_id=group.id,
                    referenced_security_group_id=balancer.security_group_id,
                    description="From the load balancer",
                    ip_protocol="tcp",
                    from_port=own.port,
                    to_port=own.port,
                    opts=self._child,
                )
            )
        rules += [self._way_out(group, egress) for egress in [HTTPS, *own.egress]]
        return group, rules

    def _way_out(self, group: aws.ec2.SecurityGroup, egress: Egress) -> aws.vpc.SecurityGroupEgressRule:
        return aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-{egress.cidr.replace('/', '-')}-{egress.port}",
            security_group_id=group.id,
            cidr_ipv4=egress.cidr,
            description=egress.description,
            ip_protocol="tcp",
            from_port=egress.port,
            to_port=egress.port,
            opts=self._child,
        )

    def _routing(self) -> tuple[list[aws.lb.TargetGroup], list[pulumi.Resource]]:
        """The target group and listener rule of a service with a path; nothing for a worker.

        Neither is named: a target group that is replaced must exist beside the old one (pulumi-aws#4220).
        """
        args, own = self._args, self._args.service.own
        if not own.path:
            return [], []
        target = aws.lb.TargetGroup(
            f"{self._name}-target",
            vpc_id=args.network.vpc_id,
            target_type="ip",
            protocol="HTTP",
            # ECS registers each task with its own port, so this one is never used. If it followed the service's port, a
            # change would replace the group, and requests would go to an empty one until the new tasks are there.
            port=80,
            deregistration_delay=fargate.DEREGISTRATION_SECONDS,
            health_check={
                "path": own.health.path,
                "matcher": own.health.codes,
                "interval": fargate.TARGET_INTERVAL_SECONDS,
                "timeout": fargate.TARGET_TIMEOUT_SECONDS,
                "healthy_threshold": fargate.TARGET_HEALTHY_CHECKS,
                "unhealthy_threshold": fargate.TARGET_UNHEALTHY_CHECKS,
            },
            opts=self._child,
        )
        rule = aws.lb.ListenerRule(
            f"{self._name}-rule",
            listener_arn=args.balancer.listener_arn,
            priority=rule_priority(own.path),
            conditions=[{"path_pattern": {"values": [own.path]}}],
            actions=[{"type": "forward", "target_group_arn": target.arn}],
            opts=self._child,
        )
        return [target], [rule]


def _fingerprint(deployment: str) -> str:
    """Short enough to read, for all that starts a deployment besides the task definition."""
    return hashlib.sha256(json.dumps(json.loads(deployment), sort_keys=True).encode()).hexdigest()[:12]
