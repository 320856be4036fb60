"""The cluster that the services of a stack share."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    cluster_name: str


class Cluster(pulumi.ComponentResource):
    """An ECS cluster for Fargate tasks, with Container Insights in full (Security Hub ECS.12)."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Cluster", name, None, opts)
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            name=args.cluster_name,
            settings=[{"name": "containerInsights", "value": "enhanced"}],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = cluster.arn
        self.register_outputs({"arn": self.arn})
