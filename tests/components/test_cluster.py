"""The cluster, the capacity providers that it offers, and the log of what is done in its containers with ECS Exec."""

import pytest

from components.cluster import Cluster, ClusterArgs
from tests.recording import Recording, record
from tests.samples import KEY

CLUSTER, LOGS = "aws:ecs/cluster:Cluster", "aws:cloudwatch/logGroup:LogGroup"
CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
WATCHED = {"name": "pairva-test", "settings": [{"name": "containerInsights", "value": "enhanced"}]}


def recorded(
    exec_log_group: str | None = None, *, key: str | None = None, spot: bool = False, protect: bool = True
) -> Recording:
    args = ClusterArgs(
        cluster_name="pairva-test",
        exec_log_group=exec_log_group,
        spot=spot,
        log_retention_days=30,
        logs_key_arn=key,
        protect=protect,
    )
    return record(lambda: Cluster("pairva", args))


def test_the_cluster_is_named_and_watched_in_full() -> None:
    recording = recorded()
    assert recording.one(CLUSTER, "pairva-cluster").inputs == WATCHED
    assert recording.all(LOGS) == recording.all(CAPACITY) == []
    assert recording.component_outputs["pairva:index:Cluster/pairva"] == {
        "arn": "arn:aws:ecs:us-east-1:039612856036:cluster/pairva-test"
    }


def test_what_is_done_with_ecs_exec_is_logged_in_a_group_of_its_own() -> None:
    recording = recorded("/pairva/test/exec")
    cluster, group = recording.one(CLUSTER, "pairva-cluster"), recording.one(LOGS, "pairva-exec-logs")
    assert group.inputs == {"name": "/pairva/test/exec", "retentionInDays": 30}
    assert cluster.inputs == {
        **WATCHED,
        "configuration": {
            "executeCommandConfiguration": {
                "logging": "OVERRIDE",
                "logConfiguration": {"cloudWatchLogGroupName": "/pairva/test/exec"},
            }
        },
    }
    assert group.key in cluster.depends_on


def test_with_a_key_for_logs_the_session_and_its_log_are_encrypted_with_it() -> None:
    recording = recorded("/pairva/test/exec", key=KEY)
    assert recording.one(LOGS, "pairva-exec-logs").inputs == {
        "name": "/pairva/test/exec",
        "retentionInDays": 30,
        "kmsKeyId": KEY,
    }
    assert recording.one(CLUSTER, "pairva-cluster").inputs["configuration"] == {
        "executeCommandConfiguration": {
            "kmsKeyId": KEY,
            "logging": "OVERRIDE",
            "logConfiguration": {
                "cloudWatchLogGroupName": "/pairva/test/exec",
                "cloudWatchEncryptionEnabled": True,
            },
        }
    }


@pytest.mark.parametrize("protect", [True, False])
def test_that_log_is_kept_as_the_others_are(protect: bool) -> None:
    group = recorded("/pairva/test/exec", protect=protect).one(LOGS, "pairva-exec-logs")
    assert (group.protect, group.retain_on_delete) == (protect, protect)


def test_a_cluster_for_spot_offers_both_providers_and_prefers_none() -> None:
    recording = recorded(spot=True)
    capacity = recording.one(CAPACITY, "pairva-capacity")
    assert capacity.inputs == {"clusterName": "pairva-test", "capacityProviders": ["FARGATE", "FARGATE_SPOT"]}
    assert (capacity.parent, capacity.protect) == ("pairva:index:Cluster/pairva", False)
    assert recording.one(CLUSTER, "pairva-cluster").inputs == WATCHED
