"""The image of a service: built and pushed here, or promoted from where another stack pushed it."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_docker as docker

import finding
from finding import Finding
from settings.model import Build
from settings.stack import ServiceSettings

# How pulumi-aws words an image or repository that is not there, in the versions that exist
# (terraform-provider-aws#36415).
_NOT_THERE = re.compile(r"couldn't find resource|empty result|NotFound", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ServiceImageArgs:
    """`before_build` runs before a version is built, also at preview, and may refuse it."""

    service: ServiceSettings
    before_build: pulumi.ResourceHook


class ServiceImage(pulumi.ComponentResource):
    """What the task definition runs, as a plain `reference` that a preview can show.

    Building: `repository:version`, and `digest` once it is pushed. Nothing but the version decides whether an image
    is built: pulumi-docker would build again, and push over a tag that may not be overwritten, for any changed file
    or file mode in the context. It therefore sees a folder that is the same at every run, and `before_build` puts the
    context there when, and only when, a version is new. With a mutable tag it sees the context itself.

    Promoting: `repository@digest`, looked up at preview; Docker is not asked.
    """

    reference: str
    digest: pulumi.Output[str]
    repository_arn: str
    pushed: list[pulumi.Resource]

    def __init__(self, name: str, args: ServiceImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pairva:index:ServiceImage", name, None, opts)
        self._name, self._service, self._before_build = name, args.service, args.before_build
        registry, names, own = args.service.registry, args.service.names, args.service.own
        repository = args.service.repository_address
        self.repository_arn = (
            f"arn:{args.service.account.partition}:ecr:{registry.region}:{registry.account_id}"
            f":repository/{names.repository}"
        )
        if own.build:
            image = self._built(f"{repository}:{own.version}", own.build)
            self.reference = f"{repository}:{own.version}"
            self.digest = image.repo_digest.apply(lambda pushed: _digest(repository, pushed))
            self.pushed = [image]
        else:
            digest = self._promoted()
            if own.repository == "owned":
                self._repository(mutable=False)
            self.reference = f"{repository}@{digest}"
            self.digest = pulumi.Output.from_input(digest)
            self.pushed = []
        self.register_outputs(
            {"reference": self.reference, "digest": self.digest, "repository_arn": self.repository_arn}
        )

    def _built(self, reference: str, build: Build) -> docker.Image:
        service, once = self._service, not build.mutable_tag
        needs = [self._repository(mutable=build.mutable_tag)] if service.own.repository == "owned" else []
        token = aws.ecr.get_authorization_token_output(
            registry_id=service.registry.account_id,
            region=service.registry.region,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        context = service.names.staged_context if once else build.context
        hooks = pulumi.ResourceHookBinding(before_create=[self._before_build], before_update=[self._before_build])
        return docker.Image(
            f"{self._name}-image",
            image_name=reference,
            build=docker.DockerBuildArgs(
                context=context,
                dockerfile=f"{context}/{build.dockerfile}",
                platform=service.platform,
                args={**build.args, "VERSION": service.own.version},
                target=build.target,
            ),
            # A token of twelve hours, kept as a secret; a new one is no change (pulumi-docker, Diff).
            registry=docker.RegistryArgs(
                server=service.registry.address, username=token.user_name, password=pulumi.Output.secret(token.password)
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=needs, hooks=hooks if once else None),
        )

    def _repository(self, *, mutable: bool) -> aws.ecr.Repository:
        protect, key = self._service.protect, self._service.keys.repositories
        repository = aws.ecr.Repository(
            f"{self._name}-repository",
            name=self._service.names.repository,
            image_tag_mutability="MUTABLE" if mutable else "IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": key}] if key else None,
            force_delete=not protect,
            # Encryption is for good: pulumi-aws would change it by a new repository, without any of the images.
            # checks/preflight/key.py refuses what would not come true.
            opts=pulumi.ResourceOptions(
                parent=self, protect=protect, retain_on_delete=protect, ignore_changes=["encryption_configurations"]
            ),
        )
        aws.ecr.LifecyclePolicy(
            f"{self._name}-repository-lifecycle",
            repository=repository.name,
            policy=json.dumps(_untagged_images_expire()),
            opts=pulumi.ResourceOptions(parent=self),
        )
        if self._service.own.pull_accounts:
            aws.ecr.RepositoryPolicy(
                f"{self._name}-repository-policy",
                repository=repository.name,
                policy=json.dumps(pull_policy(self._service)),
                opts=pulumi.ResourceOptions(parent=self),
            )
        return repository

    def _promoted(self) -> str:
        service = self._service.own
        try:
            found = aws.ecr.get_image(
                repository_name=self._service.names.repository,
                image_tag=service.version,
                registry_id=self._service.registry.account_id,
                region=self._service.registry.region,
                opts=pulumi.InvokeOptions(parent=self),
            ).image_digest
        except Exception as error:
            raise self._refusal(error) from None
        if service.digest and service.digest != found:
            raise _run_error(
                Finding(
                    where=self._service.where("digest"),
                    what=f"{service.version} is another image by now: its tag names {found}",
                    found=service.digest,
                    remedy="find out who moved the tag; then pin the digest that is meant",
                )
            )
        return found

    def _refusal(self, error: Exception) -> pulumi.RunError:
        """pulumi-aws answers a lookup of what is not there with an error, as it does when ECR cannot be asked."""
        repository, version = self._service.names.repository, self._service.own.version
        if _NOT_THERE.search(str(error)):
            return _run_error(
                Finding(
                    where=self._service.where("version"),
                    what=f"there is no image {repository}:{version} to promote",
                    remedy="push it from the stack that builds (pulumi up -s staging), or name a version that exists",
                )
            )
        return _run_error(
            Finding(
                where=self._service.where("version"),
                what=f"ECR could not be asked for {repository}:{version}",
                found=str(error),
                remedy="mend the access to AWS (credentials, region, network; in another account, the policy of the "
                "repository), then run again",
            )
        )


def pull_policy(service: ServiceSettings) -> dict[str, Any]:
    """Other accounts pull, and look a version up, which promotes it; each still decides by its own policies who may.

    Their own half is the execution role's policy (ECR user guide, "Private repository policies").
    """
    partition = service.account.partition
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PullFromOtherAccounts",
                "Effect": "Allow",
                "Principal": {
                    "AWS": [f"arn:{partition}:iam::{account}:root" for account in sorted(service.own.pull_accounts)]
                },
                "Action": [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:DescribeImages",
                    # pulumi-aws asks for the repository, too, when it looks an image up.
                    "ecr:DescribeRepositories",
                    "ecr:GetDownloadUrlForLayer",
                ],
            }
        ],
    }


def _run_error(fault: Finding) -> pulumi.RunError:
    return pulumi.RunError(finding.text([fault]))


def _digest(repository: str, pushed: str) -> str:
    """`sha256:…` of pulumi-docker's `repository@sha256:…`, which is `<none>@<none>` or a bare id when it found none."""
    if not (match := re.fullmatch(rf"{re.escape(repository)}@(sha256:[0-9a-f]{{64}})", pushed)):
        raise ValueError(f"pulumi-docker names no digest of {repository}, but {pushed!r}")
    return match[1]


def _untagged_images_expire() -> dict[str, Any]:
    """Only what no tag names expires: a tagged image may be running, here or in the stack that promoted it."""
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Untagged images expire after two weeks",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
