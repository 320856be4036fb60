"""How the number of a service's tasks follows its load."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from settings.model import Scaling
from settings.names import ServiceNames


@dataclass(frozen=True, kw_only=True)
class ServiceScalingArgs:
    """`request_label` names balancer and target group by the ends of their ARNs; only a service behind one has it."""

    scaling: Scaling
    names: ServiceNames
    service_name: pulumi.Input[str]
    request_label: pulumi.Input[str] | None


class ServiceScaling(pulumi.ComponentResource):
    """Keeps each load that the stack file names at its value (target tracking), within the bounds.

    Where several are named, the one that needs the most tasks wins (Application Auto Scaling user guide, "Target
    tracking scaling policies"). While a deployment goes on, tasks are added and none is taken away.
    """

    def __init__(self, name: str, args: ServiceScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:ServiceScaling", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._target = aws.appautoscaling.Target(
            f"{name}-tasks",
            service_namespace="ecs",
            resource_id=pulumi.Output.concat("service/", args.names.cluster, "/", args.service_name),
            scalable_dimension="ecs:service:DesiredCount",
            min_capacity=args.scaling.min,
            max_capacity=args.scaling.max,
            opts=self._child,
        )
        self._follow("cpu", "ECSServiceAverageCPUUtilization", args.scaling.cpu_percent)
        self._follow("memory", "ECSServiceAverageMemoryUtilization", args.scaling.memory_percent)
        self._follow("requests", "ALBRequestCountPerTarget", args.scaling.requests_per_target, args.request_label)
        self.register_outputs({})

    def _follow(self, load: str, metric: str, value: int | None, label: pulumi.Input[str] | None = None) -> None:
        if value is None:
            return
        aws.appautoscaling.Policy(
            f"{self._name}-by-{load}",
            name=self._args.names.scaling_policy(load),
            policy_type="TargetTrackingScaling",
            service_namespace=self._target.service_namespace,
            resource_id=self._target.resource_id,
            scalable_dimension=self._target.scalable_dimension,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {"predefined_metric_type": metric, "resource_label": label},
                "target_value": value,
            },
            opts=self._child,
        )
