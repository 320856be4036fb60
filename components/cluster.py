"""The cluster that the services of a stack share."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from settings import fargate


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """`exec_log_group` is there if a service lets people in with ECS Exec, or did once; `logs_key_arn` encrypts it, and
    what is typed and answered on its way. `spot` says whether a service is placed by capacity providers.
    """

    cluster_name: str
    exec_log_group: str | None
    spot: bool
    log_retention_days: int
    logs_key_arn: str | None
    protect: bool


class Cluster(pulumi.ComponentResource):
    """An ECS cluster for Fargate tasks, with Container Insights in full (Security Hub ECS.12), and with a log of all
    that is done in its containers with ECS Exec, if anybody may.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:Cluster", name, None, opts)
        self._name, self._args = name, args
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            name=args.cluster_name,
            settings=[{"name": "containerInsights", "value": "enhanced"}],
            configuration=self._exec_logged(args.exec_log_group) if args.exec_log_group else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        if args.spot:
            # While a service uses one, AWS lets go of none of them: services depend on the whole cluster.
            aws.ecs.ClusterCapacityProviders(
                f"{name}-capacity",
                cluster_name=cluster.name,
                capacity_providers=[fargate.ON_DEMAND, fargate.SPOT],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.arn = cluster.arn
        self.register_outputs({"arn": self.arn})

    def _exec_logged(self, group_name: str) -> aws.ecs.ClusterConfigurationArgsDict:
        key = self._args.logs_key_arn
        group = aws.cloudwatch.LogGroup(
            f"{self._name}-exec-logs",
            name=group_name,
            retention_in_days=self._args.log_retention_days,
            kms_key_id=key,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect, retain_on_delete=self._args.protect),
        )
        return {
            "execute_command_configuration": {
                "kms_key_id": key,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_log_group_name": group.name,
                    # Session Manager then takes no group that is not encrypted with a key.
                    "cloud_watch_encryption_enabled": True if key else None,
                },
            }
        }
