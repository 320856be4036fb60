"""`aws:`, the provider's own settings in a stack file."""

from typing import Annotated

from pydantic import Field

from settings.resource import RoleArn
from settings.table import Model
from settings.types import AccountId, Region, SwitchAsText


class DefaultTags(Model):
    tags: dict[str, str]


class AssumeRole(Model):
    role_arn: RoleArn
    session_name: str = "pairva"
    external_id: str | None = None


class Provider(Model):
    """`aws:`, the settings of pulumi-aws. The checks make their own AWS clients from the same values."""

    region: Region
    allowed_account_ids: Annotated[list[AccountId], Field(min_length=1, max_length=1)]
    default_tags: DefaultTags | None = None
    max_retries: Annotated[int, Field(ge=1, le=25)] = 5
    profile: str | None = None
    assume_roles: list[AssumeRole] = []
    endpoints: list[dict[str, str]] = []
    s3_use_path_style: SwitchAsText = False
    skip_credentials_validation: SwitchAsText = False
    skip_metadata_api_check: SwitchAsText = False
    skip_region_validation: SwitchAsText = False
    skip_requesting_account_id: SwitchAsText = False
