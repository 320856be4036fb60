"""Repositories, images and what is looked up of them. `registry:` is the ECR that the stack's images live in.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/ecr. What a push asks: ECR user guide, "IAM
permissions for pushing an image".
"""

from collections.abc import Mapping, Sequence

from access.grant import ANY, Grant, delete, read, write

_OWNED, _OF_OWNED = "ecr:repository/{name}", "ecr:repository/{repository}"

ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:ecr/repository:Repository": [
        read("ecr:DescribeRepositories ecr:ListTagsForResource", _OWNED),
        write(
            "ecr:CreateRepository ecr:PutImageScanningConfiguration ecr:PutImageTagMutability ecr:TagResource "
            "ecr:UntagResource",
            _OWNED,
        ),
        delete("ecr:DeleteRepository", _OWNED),
    ],
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": [
        read("ecr:GetLifecyclePolicy", _OF_OWNED),
        write("ecr:PutLifecyclePolicy", _OF_OWNED),
        delete("ecr:DeleteLifecyclePolicy", _OF_OWNED),
    ],
    "aws:ecr/repositoryPolicy:RepositoryPolicy": [
        read("ecr:GetRepositoryPolicy", _OF_OWNED),
        write("ecr:SetRepositoryPolicy", _OF_OWNED),
        delete("ecr:DeleteRepositoryPolicy", _OF_OWNED),
    ],
    # pulumi-docker asks the registry for nothing at preview, and leaves images where they are.
    "docker:index/image:Image": [
        write(
            "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:CompleteLayerUpload ecr:InitiateLayerUpload "
            "ecr:PutImage ecr:UploadLayerPart",
            "registry:repository/{repository}",
        ),
    ],
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": [read("ecr:GetAuthorizationToken", ANY)],
    # The repository is described, too, for the image's address.
    "aws:ecr/getImage:getImage": [
        read("ecr:DescribeImages ecr:DescribeRepositories", "registry:repository/{repositoryName}")
    ],
}
