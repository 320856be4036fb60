"""ACM: certificates, and the wait until they are issued."""

from local.plugins.amazon.table import AwsType, Call
from local.plugins.amazon.tagging import Tagging

TYPES = {
    "aws:acm/certificate:Certificate": AwsType(
        service="acm",
        inputs={"domainName": str, "validationMethod": str, "tags": dict},
        required={"domainName", "validationMethod"},
        only={"validationMethod": "DNS"},
        replace_on={"domainName", "validationMethod"},
        creation=Call("request_certificate", {"DomainName": "domainName", "ValidationMethod": "validationMethod"}),
        id="CertificateArn",
        description=[Call("describe_certificate", {"CertificateArn": "id"})],
        found="Certificate",
        properties={
            "domainName": "DomainName",
            "validationMethod": "DomainValidationOptions[0].ValidationMethod",
            "arn": "CertificateArn",
            "domainValidationOptions": """DomainValidationOptions[].{
                domainName: DomainName, resourceRecordName: ResourceRecord.Name,
                resourceRecordType: ResourceRecord.Type, resourceRecordValue: ResourceRecord.Value
            }""",
        },
        deletion=[Call("delete_certificate", {"CertificateArn": "id"})],
        tagging=Tagging(
            whose={"CertificateArn": "id"},
            add="add_tags_to_certificate",
            remove="remove_tags_from_certificate",
            listing="list_tags_for_certificate",
            keys="Tags",
            removed=lambda names: [{"Key": name} for name in names],
        ),
    ),
    "aws:acm/certificateValidation:CertificateValidation": AwsType(
        service="acm",
        inputs={"certificateArn": str, "validationRecordFqdns": [str]},
        required={"certificateArn"},
        replace_on={"certificateArn", "validationRecordFqdns"},
        only_here={"validationRecordFqdns"},
        creation=Call("describe_certificate", {"CertificateArn": "certificateArn"}),
        id="certificateArn",
        ready="certificate_validated",
        description=[Call("describe_certificate", {"CertificateArn": "certificateArn"})],
        found="Certificate",
        properties={"certificateArn": "CertificateArn"},
        deletion=[],
    ),
}
