"""What people do by hand to each type of resource that the program makes: one table, by type.

A text in the place of a deed says why AWS lets nobody do it, or why there is nothing to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.engine import deeds
from tests.engine.deeds import Deed


@dataclass(frozen=True, kw_only=True)
class Hand:
    """The resource of the type that is edited, and the one that is deleted; the second may be another one.

    `planned` is what a preview then wants, if it is not an update, or not a creation.
    """

    name: str
    edit: Deed | str
    delete: Deed | str
    deleted: str = ""
    planned: str = "update"


_IN_USE = "DependencyViolation: AWS deletes none that something stands in or uses"
_NO_EDIT = "AWS changes none in place, and knows no tags of it"

HANDS: Mapping[str, Hand] = {
    "aws:acm/certificate:Certificate": Hand(
        name="pairva-certificate",
        edit=lambda client, made: client("acm").add_tags_to_certificate(
            CertificateArn=made.id, Tags=[{"Key": "project", "Value": "by hand"}]
        ),
        delete="ResourceInUseException: the listener uses it",
    ),
    "aws:acm/certificateValidation:CertificateValidation": Hand(
        name="pairva-validated", edit="is nothing in AWS: a wait", delete="is nothing in AWS: a wait"
    ),
    "aws:appautoscaling/policy:Policy": Hand(
        name="", edit="MiniStack has no Application Auto Scaling", delete="MiniStack has no Application Auto Scaling"
    ),
    "aws:appautoscaling/target:Target": Hand(
        name="", edit="MiniStack has no Application Auto Scaling", delete="MiniStack has no Application Auto Scaling"
    ),
    "aws:cloudwatch/dashboard:Dashboard": Hand(
        name="pairva-dashboard",
        edit=lambda client, made: client("cloudwatch").put_dashboard(DashboardName=made.id, DashboardBody="{}"),
        delete=lambda client, made: client("cloudwatch").delete_dashboards(DashboardNames=[made.id]),
    ),
    "aws:cloudwatch/eventRule:EventRule": Hand(
        name="backend-failed-tasks",
        edit=deeds.edit_rule_of_events,
        delete=lambda client, made: client("events").delete_rule(Name=made.id),
    ),
    "aws:cloudwatch/logGroup:LogGroup": Hand(
        name="backend-logs",
        edit=lambda client, made: client("logs").put_retention_policy(logGroupName=made.id, retentionInDays=30),
        delete=lambda client, made: client("logs").delete_log_group(logGroupName=made.id),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Hand(
        name="backend-errors",
        edit=deeds.edit_alarm,
        delete=lambda client, made: client("cloudwatch").delete_alarms(AlarmNames=[made.id]),
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Hand(
        name="pairva-default-group", edit=deeds.let_in, delete="AWS never deletes the default group of a VPC"
    ),
    "aws:ec2/eip:Eip": Hand(name="pairva-nat-a-address", edit=deeds.tag, delete="AWS releases none that NAT uses"),
    "aws:ec2/flowLog:FlowLog": Hand(
        name="pairva-refused",
        edit=deeds.tag,
        delete=lambda client, made: client("ec2").delete_flow_logs(FlowLogIds=[made.id]),
    ),
    "aws:ec2/internetGateway:InternetGateway": Hand(name="pairva-internet", edit=deeds.tag, delete=_IN_USE),
    "aws:ec2/natGateway:NatGateway": Hand(name="pairva-nat-a", edit=deeds.tag, delete=deeds.delete_gateway),
    "aws:ec2/route:Route": Hand(
        name="pairva-private-a-way-out",
        edit=deeds.lead_past_nat,
        deleted="pairva-public-a-way-out",
        delete=lambda client, made: client("ec2").delete_route(
            RouteTableId=made.inputs["routeTableId"], DestinationCidrBlock=made.inputs["destinationCidrBlock"]
        ),
    ),
    "aws:ec2/routeTable:RouteTable": Hand(name="pairva-public-a-routes", edit=deeds.tag, delete=_IN_USE),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Hand(
        name="pairva-public-a-routes-subnet",
        edit="with another table AWS gives it another id, and refuses a second one until that is disassociated",
        delete=lambda client, made: client("ec2").disassociate_route_table(AssociationId=made.id),
    ),
    "aws:ec2/securityGroup:SecurityGroup": Hand(name="pairva-group", edit=deeds.tag, delete=_IN_USE),
    "aws:ec2/subnet:Subnet": Hand(
        name="pairva-private-a",
        edit=lambda client, made: client("ec2").modify_subnet_attribute(
            SubnetId=made.id, MapPublicIpOnLaunch={"Value": True}
        ),
        delete=_IN_USE,
    ),
    "aws:ec2/vpc:Vpc": Hand(
        name="pairva-vpc",
        edit=lambda client, made: client("ec2").modify_vpc_attribute(
            VpcId=made.id, EnableDnsHostnames={"Value": False}
        ),
        delete=_IN_USE,
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Hand(
        name="pairva-endpoint-logs",
        edit=deeds.tag,
        delete=lambda client, made: client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made.id]),
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Hand(
        name="backend-repository-lifecycle",
        edit=deeds.edit_expiry_of_images,
        planned="replace",
        delete=lambda client, made: client("ecr").delete_lifecycle_policy(repositoryName=made.id),
    ),
    "aws:ecr/repository:Repository": Hand(
        name="backend-repository",
        edit=lambda client, made: client("ecr").put_image_scanning_configuration(
            repositoryName=made.id, imageScanningConfiguration={"scanOnPush": False}
        ),
        delete="RepositoryNotEmptyException; by force its images are gone, and only a raised version builds another",
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Hand(
        name="backend-repository-policy",
        edit=lambda client, made: client("ecr").set_repository_policy(
            repositoryName=made.id, policyText=deeds.policy(made)
        ),
        delete=lambda client, made: client("ecr").delete_repository_policy(repositoryName=made.id),
    ),
    "aws:ecs/cluster:Cluster": Hand(
        name="pairva-cluster",
        edit=lambda client, made: client("ecs").update_cluster_settings(
            cluster=made.id, settings=[{"name": "containerInsights", "value": "disabled"}]
        ),
        delete="ClusterContainsServicesException",
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Hand(
        name="pairva-capacity",
        edit="ResourceInUseException: a service's tasks are placed by both",
        delete="ResourceInUseException: a service's tasks are placed by both",
    ),
    "aws:ecs/service:Service": Hand(
        name="backend-service",
        edit=lambda client, made: client("ecs").update_service(
            cluster=made.inputs["cluster"], service=made.id, desiredCount=2
        ),
        deleted="frontend-service",
        delete=lambda client, made: client("ecs").delete_service(
            cluster=made.inputs["cluster"], service=made.id, force=True
        ),
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Hand(
        name="backend-definition",
        edit=lambda client, made: client("ecs").tag_resource(
            resourceArn=made.id, tags=[{"key": "project", "value": "by hand"}]
        ),
        delete=lambda client, made: client("ecs").deregister_task_definition(taskDefinition=made.id),
    ),
    "aws:iam/role:Role": Hand(
        name="backend-task",
        edit=lambda client, made: client("iam").update_assume_role_policy(
            RoleName=made.id, PolicyDocument=deeds.policy(made, "assumeRolePolicy")
        ),
        deleted="frontend-task",
        delete=lambda client, made: client("iam").delete_role(RoleName=made.id),
    ),
    "aws:iam/rolePolicy:RolePolicy": Hand(
        name="backend-execution-start-tasks",
        edit=lambda client, made: client("iam").put_role_policy(
            RoleName=made.inputs["role"], PolicyName=made.inputs["name"], PolicyDocument=deeds.policy(made)
        ),
        delete=lambda client, made: client("iam").delete_role_policy(
            RoleName=made.inputs["role"], PolicyName=made.inputs["name"]
        ),
    ),
    "aws:lb/listener:Listener": Hand(
        name="pairva-https",
        edit=lambda client, made: client("elbv2").modify_listener(
            ListenerArn=made.id,
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}}
            ],
        ),
        deleted="pairva-http",
        delete=lambda client, made: client("elbv2").delete_listener(ListenerArn=made.id),
    ),
    "aws:lb/listenerRule:ListenerRule": Hand(
        name="backend-rule",
        edit=lambda client, made: client("elbv2").modify_rule(
            RuleArn=made.id, Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/by-hand"]}}]
        ),
        delete=lambda client, made: client("elbv2").delete_rule(RuleArn=made.id),
    ),
    "aws:lb/loadBalancer:LoadBalancer": Hand(
        name="pairva-balancer",
        edit=lambda client, made: client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=made.id,
            Attributes=[{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"}],
        ),
        delete="OperationNotPermitted: its deletion protection is on",
    ),
    "aws:lb/targetGroup:TargetGroup": Hand(
        name="backend-target",
        edit=lambda client, made: client("elbv2").modify_target_group(
            TargetGroupArn=made.id, HealthCheckPath="/by-hand"
        ),
        delete="ResourceInUse: a listener's rule leads there",
    ),
    "aws:route53/record:Record": Hand(
        name="pairva-validation", edit=deeds.edit_record, deleted="pairva-alias", delete=deeds.delete_record
    ),
    "aws:s3/bucket:Bucket": Hand(
        name="pairva-logs",
        edit=lambda client, made: client("s3").put_bucket_tagging(
            Bucket=made.id, Tagging={"TagSet": [{"Key": "project", "Value": "by hand"}]}
        ),
        delete="BucketNotEmpty",
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Hand(
        name="pairva-logs-expiry", edit=deeds.edit_lifecycle, delete=deeds.of_bucket("bucket_lifecycle")
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Hand(
        name="pairva-logs-owner",
        edit=lambda client, made: client("s3").put_bucket_ownership_controls(
            Bucket=made.id, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        ),
        delete=deeds.of_bucket("bucket_ownership_controls"),
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Hand(
        name="pairva-logs-policy",
        edit=lambda client, made: client("s3").put_bucket_policy(Bucket=made.id, Policy=deeds.policy(made)),
        delete=deeds.of_bucket("bucket_policy"),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Hand(
        name="pairva-logs-private",
        edit=lambda client, made: client("s3").put_public_access_block(
            Bucket=made.id, PublicAccessBlockConfiguration={"BlockPublicAcls": False, "IgnorePublicAcls": True}
        ),
        delete=deeds.of_bucket("public_access_block"),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Hand(
        name="pairva-logs-encryption",
        edit=deeds.edit_encryption,
        delete="S3 has none without: what is deleted is its own default again, which is an edit",
    ),
    "aws:sns/topic:Topic": Hand(
        name="pairva-alarms",
        edit=lambda client, made: client("sns").set_topic_attributes(
            TopicArn=made.id, AttributeName="Policy", AttributeValue=deeds.policy(made)
        ),
        delete=lambda client, made: client("sns").delete_topic(TopicArn=made.id),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Hand(
        name="pairva-alarms-to-oncall@example.com",
        edit=_NO_EDIT,
        delete=lambda client, made: client("sns").unsubscribe(SubscriptionArn=made.id),
    ),
    "aws:ssm/parameter:Parameter": Hand(
        name="backend-proven",
        edit=lambda client, made: client("ssm").put_parameter(Name=made.id, Value="by hand", Overwrite=True),
        deleted="frontend-proven",
        delete=lambda client, made: client("ssm").delete_parameter(Name=made.id),
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Hand(
        name="backend-to-0.0.0.0-0-443", edit=deeds.edit_rule, delete=deeds.delete_rule("egress")
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Hand(
        name="pairva-from-world", edit=deeds.edit_rule, delete=deeds.delete_rule("ingress")
    ),
    "docker:index/image:Image": Hand(
        name="backend-image",
        edit="pulumi-docker reads no image back",
        delete="pulumi-docker reads no image back: what promotes it, or starts its tasks, finds it gone",
    ),
}
