"""The Systems Manager: parameters."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging

TYPES = {
    "aws:ssm/parameter:Parameter": AwsType(
        service="ssm",
        inputs={"name": str, "type": str, "insecureValue": str, "description": str, "tags": dict},
        required={"type", "insecureValue"},
        only={"type": "String"},
        name_limit=1011,
        replace_on={"name"},
        creation=Call(
            "put_parameter",
            {"Name": "name", "Type": "type", "Value": "insecureValue", "Description": "description"},
        ),
        id="name",
        changes=[
            Change(
                "put_parameter",
                {"Name": "id", "Type": "type", "Value": "insecureValue", "Overwrite": "`true`"},
                {"Value": "insecureValue", "Description": "description"},
            )
        ],
        description=[
            Call("get_parameter", {"Name": "id"}),
            Call("describe_parameters", {"ParameterFilters": "[{Key: 'Name', Option: 'Equals', Values: [id]}]"}),
        ],
        found="Parameter",
        properties={
            "name": "Name",
            "type": "Type",
            "insecureValue": "Value",
            "description": "Parameters[0].Description",
        },
        deletion=[Call("delete_parameter", {"Name": "id"})],
        tagging=Tagging(
            whose={"ResourceType": "'Parameter'", "ResourceId": "id"},
            add="add_tags_to_resource",
            remove="remove_tags_from_resource",
            listing="list_tags_for_resource",
            where="TagList",
        ),
    ),
}
