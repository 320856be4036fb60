"""Route 53: records, and the lookup of the zone that they lie in."""

from local.plugins.amazon.account import Account
from local.plugins.amazon.table import AwsType, Call, Change, ImportName
from local.plugins.resource import Function
from local.plugins.shape import Text
from local.plugins.wire import Props

_NAME = Text(lambda name: name.rstrip(".").lower())


def _batch(action: str) -> str:
    return f"""{{Changes: [{{Action: {action}, ResourceRecordSet: {{
        Name: name, Type: type, TTL: ttl, ResourceRecords: records[].{{Value: @}},
        AliasTarget: aliases[0].{{DNSName: name, HostedZoneId: zoneId, EvaluateTargetHealth: evaluateTargetHealth}}
    }}}}]}}"""


TYPES = {
    "aws:route53/record:Record": AwsType(
        service="route53",
        inputs={
            "zoneId": str,
            "name": _NAME,
            "type": str,
            "ttl": int,
            "records": [str],
            "aliases": [{"name": _NAME, "zoneId": str, "evaluateTargetHealth": bool}],
            "allowOverwrite": bool,
        },
        required={"zoneId", "name", "type"},
        replace_on={"zoneId", "name", "type"},
        only_here={"zoneId", "allowOverwrite"},
        creation=Call(
            "change_resource_record_sets",
            {"HostedZoneId": "zoneId", "ChangeBatch": _batch("allowOverwrite && 'UPSERT' || 'CREATE'")},
        ),
        id="join('_', [zoneId, name, type])",
        import_name=ImportName(separator="_", inputs=["zoneId", "name", "type"]),
        changes=[
            Change("change_resource_record_sets", {"HostedZoneId": "zoneId"}, {"ChangeBatch": _batch("'UPSERT'")})
        ],
        description=[
            Call("list_resource_record_sets", {"HostedZoneId": "zoneId", "StartRecordName": "name", "MaxItems": "'9'"})
        ],
        found="ResourceRecordSets[?(Name=='{name}' || Name=='{name}.') && Type=='{type}'] | [0]",
        properties={
            "name": "Name",
            "type": "Type",
            "ttl": "TTL",
            "records": "ResourceRecords[].Value",
            "aliases": """AliasTarget && [AliasTarget.{
                name: DNSName, zoneId: HostedZoneId, evaluateTargetHealth: EvaluateTargetHealth
            }]""",
            "fqdn": "Name",
        },
        deletion=[
            Call("change_resource_record_sets", {"HostedZoneId": "zoneId", "ChangeBatch": _batch("'DELETE'")}),
        ],
    ),
}


def _get_zone(account: Account, arguments: Props) -> Props:
    wanted = f"{arguments['name'].rstrip('.')}.", arguments["privateZone"]
    answer = account.client("route53").list_hosted_zones_by_name(DNSName=arguments["name"])
    zones = [zone for zone in answer["HostedZones"] if (zone["Name"], zone["Config"]["PrivateZone"]) == wanted]
    if len(zones) != 1:
        raise LookupError(
            "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single "
            "Route 53 Hosted Zone"
            if zones
            else "no matching Route 53 Hosted Zone found"
        )
    identity = zones[0]["Id"].rpartition("/")[2]
    return {**arguments, "id": identity, "zoneId": identity}


FUNCTIONS = {
    "aws:route53/getZone:getZone": Function(
        arguments={"name": str, "privateZone": bool}, required={"name", "privateZone"}, call=_get_zone
    ),
}
