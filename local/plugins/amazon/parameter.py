"""Parameters of the Systems Manager."""

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import Props


def _value(inputs: Props) -> str:
    """The input that holds the value: shown as it is, or a secret of the state."""
    return "insecureValue" if "insecureValue" in inputs else "value"


def _request(target: Target) -> Props:
    inputs = target.inputs
    description = {"Description": inputs["description"]} if "description" in inputs else {}
    return {"Name": inputs["name"], "Type": inputs["type"], "Value": inputs[_value(inputs)], **description}


def _create(account: Account, target: Target) -> str:
    account.ssm.put_parameter(**_request(target), **tagging.at_creation(target))
    return target.inputs["name"]


def _put(account: Account, target: Target) -> None:
    if target.changed("type", "insecureValue", "value", "description"):
        account.ssm.put_parameter(**_request(target), Overwrite=True)


def _read(account: Account, target: Target) -> Props:
    parameter = account.ssm.get_parameter(Name=target.id, WithDecryption=True)["Parameter"]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [target.id]}]
    described = account.ssm.describe_parameters(ParameterFilters=filters)["Parameters"]
    tags = account.ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=target.id)["TagList"]
    return {
        "name": parameter["Name"],
        "type": parameter["Type"],
        _value(target.inputs or target.state): parameter["Value"],
        "description": described[0].get("Description") if described else None,
        "version": parameter["Version"],
        "arn": parameter["ARN"],
        "dataType": parameter.get("DataType"),
        **tagging.outputs(tags),
    }


TYPES = {
    "aws:ssm/parameter:Parameter": ResourceType(
        inputs={"name": str, "type": str, "insecureValue": str, "value": str, "description": str, "tags": dict},
        required=frozenset({"type"}),
        name_limit=1011,
        replace_on=frozenset({"name"}),
        computed=frozenset({"arn", "version", "dataType"}),
        volatile=frozenset({"version"}),
        secret=frozenset({"value"}),
        create=_create,
        read=_read,
        update=(_put, tagging.parameter),
        delete=lambda account, target: account.ssm.delete_parameter(Name=target.id),
    ),
}
