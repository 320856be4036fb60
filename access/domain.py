"""The name of a stack: its certificate, and its records in a zone that is somebody else's.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/{acm,route53}.
"""

from collections.abc import Mapping, Sequence

from access.grant import ANY, NEW, OWN, Condition, Grant, delete, read, write

_CERTIFICATE, _ZONE, _CHANGE = "acm:certificate/*", "route53:hostedzone/*", "route53:change/*"

# Tags of a certificate that is being requested: it has none yet.
_NOBODY_ELSES: Condition = {**NEW, "StringEqualsIfExists": {"aws:ResourceTag/{tag}": "{stack}"}}

# The zone's id is known to Route 53 only; of its records, this one and those that validate a certificate for it
# (Route 53 developer guide, "Using IAM policy conditions for fine-grained access control").
_RECORDS: Condition = {
    "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["{domain}", "_*.{domain}"],
    }
}

ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:acm/certificate:Certificate": [
        read("acm:DescribeCertificate acm:ListTagsForCertificate", _CERTIFICATE),
        write("acm:RequestCertificate", ANY, condition=NEW),
        write("acm:AddTagsToCertificate", _CERTIFICATE, condition=_NOBODY_ELSES),
        write(
            "acm:AddTagsToCertificate acm:RemoveTagsFromCertificate acm:UpdateCertificateOptions",
            _CERTIFICATE,
            condition=OWN,
        ),
        delete("acm:DeleteCertificate", _CERTIFICATE, condition=OWN),
    ],
    "aws:acm/certificateValidation:CertificateValidation": [read("acm:DescribeCertificate", _CERTIFICATE)],
    "aws:route53/record:Record": [
        read("route53:GetHostedZone route53:ListResourceRecordSets", _ZONE),
        write("route53:ChangeResourceRecordSets", _ZONE, condition=_RECORDS),
        write("route53:GetChange", _CHANGE),
    ],
    "aws:route53/getZone:getZone": [
        read("route53:ListHostedZones", ANY),
        read("route53:GetHostedZone route53:ListTagsForResource", _ZONE),
    ],
}
