"""The clients of the checks: the same account, region and endpoints as pulumi-aws, or none at all."""

from contextlib import suppress
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.loaders import Loader

from checks.session import Session
from tests.samples import Edit, stack

# Every session reads botocore's model of a service anew, which takes longer than all the rest: here all share one.
MODELS = Loader()


def shared_models(_: str) -> Loader:
    return MODELS


REGION = "aws:region: us-east-1"
SKIP = (REGION, f"{REGION}\n  aws:skipRequestingAccountId: true")


class Account:
    """Answers every call to AWS, as an account."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, account: str = "039612856036") -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.error: Exception | None = None
        self.keys: list[str] = []
        self.external_ids: list[str | None] = []

        def answer(client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            self.calls.append((client.meta.service_model.service_name, operation, client.meta.endpoint_url))
            self.keys.append(client._request_signer._credentials.access_key)
            if self.error:
                raise self.error
            if operation == "AssumeRole":
                self.external_ids.append(arguments.get("ExternalId"))
                key = arguments["RoleArn"].rpartition("/")[2]
                return {"Credentials": {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": "t"}}
            return {"Account": account}

        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", answer)
        monkeypatch.setattr("botocore.session.create_loader", shared_models)


def client(service: str, *edits: Edit) -> Any:
    return Session(stack(*edits)).client(service)


def test_a_client_is_of_the_stacks_region_and_retries_as_its_provider_does(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    ecs = client("ecs", (REGION, f"{REGION}\n  aws:maxRetries: 7"))
    config = ecs.meta.config
    assert ecs.meta.region_name == "us-east-1"
    assert ecs.meta.endpoint_url == "https://ecs.us-east-1.amazonaws.com"
    assert config.retries == {"mode": "standard", "total_max_attempts": 8}
    assert (config.connect_timeout, config.read_timeout) == (5, 20)


def test_a_client_of_another_region_asks_there_and_its_account_is_compared_at_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = Account(monkeypatch)
    ecr = Session(stack()).client("ecr", region="eu-west-1")
    assert (ecr.meta.region_name, ecr.meta.endpoint_url) == ("eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com")
    assert account.calls == [("sts", "GetCallerIdentity", "https://sts.us-east-1.amazonaws.com")]


def test_who_asks_again_anyway_may_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    config = Session(stack()).client("ecs", attempts=1).meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}
    assert (config.connect_timeout, config.read_timeout) == (5, 20)


def test_who_would_rather_know_less_than_wait_asks_once_and_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    config = Session(stack(), answer_within_seconds=1.5).client("ecs").meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}
    assert (config.connect_timeout, config.read_timeout) == (1.5, 1.5)


def test_who_asks_for_a_client_again_gets_the_one_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    session = Session(stack())
    ecs, patient = session.client("ecs"), session.client("ecs", attempts=9)
    assert session.client("ecs") is ecs
    assert session.client("ecs", attempts=9) is patient
    assert patient is not ecs


def test_each_service_is_asked_at_its_own_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    endpoints = (
        REGION,
        f"{REGION}\n  aws:endpoints:\n    - ecs: http://localhost:4566\n      sts: http://localhost:4567",
    )
    session = Session(stack(endpoints))
    assert session.client("ecs").meta.endpoint_url == "http://localhost:4566"
    assert session.client("ecr").meta.endpoint_url == "https://api.ecr.us-east-1.amazonaws.com"
    assert account.calls == [("sts", "GetCallerIdentity", "http://localhost:4567")]


@pytest.mark.parametrize(("written", "style"), [("", "auto"), ("\n  aws:s3UsePathStyle: 'true'", "path")])
def test_buckets_are_part_of_the_path_where_the_provider_says_so(
    written: str, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account(monkeypatch)
    assert client("s3", (REGION, f"{REGION}{written}")).meta.config.s3["addressing_style"] == style


def test_the_account_is_compared_once_for_all_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    session = Session(stack())
    for service in ("ecs", "ecr", "ecs"):
        session.client(service)
    assert [operation for _, operation, _ in account.calls] == ["GetCallerIdentity"]


def test_credentials_of_another_account_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch, "111111111111")
    with pytest.raises(pulumi.RunError) as raised:
        client("ecs")
    assert str(raised.value) == (
        "Pulumi.test.yaml: aws:allowedAccountIds: the credentials are of another account\n"
        "    found: 111111111111\n"
        "    mend:  use credentials of account 039612856036 (AWS_PROFILE, or aws sso login)"
    )


def test_another_account_is_compared_again_by_the_next_client(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch, "111111111111")
    session = Session(stack())
    for _ in range(2):
        with pytest.raises(pulumi.RunError, match="another account"):
            session.client("ecs")


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (
            ClientError({"Error": {"Code": "ExpiredToken", "Message": "it expired"}}, "GetCallerIdentity"),
            "GetCallerIdentity: ExpiredToken: it expired",
        ),
        (NoCredentialsError(), "Unable to locate credentials"),
    ],
    ids=["expired", "none"],
)
def test_credentials_that_aws_does_not_take_end_the_run(
    error: Exception, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account(monkeypatch).error = error
    with pytest.raises(pulumi.RunError) as raised:
        client("ecs")
    assert str(raised.value) == (
        "Pulumi.test.yaml: aws:allowedAccountIds: AWS could not be asked whose credentials these are\n"
        f"    found: {found}\n"
        "    mend:  use credentials of account 039612856036 (AWS_PROFILE, or aws sso login)"
    )


def test_who_was_not_answered_asks_again_unless_each_call_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    for session, asked in ((Session(stack()), 3), (Session(stack(), answer_within_seconds=1), 1)):
        account.calls, account.error = [], NoCredentialsError()
        for _ in range(2):
            with pytest.raises(pulumi.RunError, match="could not be asked"):
                session.client("ecs")
        account.error = None
        with suppress(NoCredentialsError):
            assert session.caller() == {"Account": "039612856036"}
        assert len(account.calls) == asked


def test_a_profile_that_does_not_exist_ends_the_run_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    with pytest.raises(pulumi.RunError, match="The config profile \\(nobody\\) could not be found"):
        client("ecs", (REGION, f"{REGION}\n  aws:profile: nobody"))


def test_an_emulator_that_knows_no_accounts_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "111111111111")
    assert client("ecs", SKIP).meta.region_name == "us-east-1"
    assert account.calls == []


ROLES = (
    REGION,
    f"{REGION}\n  aws:assumeRoles:\n    - roleArn: arn:aws:iam::039612856036:role/first\n"
    "    - roleArn: arn:aws:iam::039612856036:role/second\n      sessionName: deploy",
)


def test_roles_are_taken_one_through_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    ecs = client("ecs", ROLES)
    assert account.keys[:3] == ["test", "first", "second"]
    assert [operation for _, operation, _ in account.calls[:3]] == ["AssumeRole", "AssumeRole", "GetCallerIdentity"]
    assert ecs._request_signer._credentials.access_key == "second"


def test_a_role_that_asks_for_an_external_id_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    client("ecs", (REGION, f"{ROLES[1]}\n      externalId: pairva-deploy"))
    assert account.external_ids[:2] == [None, "pairva-deploy"]


def test_roles_are_asked_for_at_the_stacks_own_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch)
    endpoints = (REGION, f"{ROLES[1]}\n  aws:endpoints: [{{sts: 'http://localhost:4566'}}]")
    client("ecs", endpoints)
    assert {endpoint for service, _, endpoint in account.calls if service == "sts"} == {"http://localhost:4566"}


def test_what_botocore_knows_of_a_service_is_read_once_for_all_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    Account(monkeypatch)
    first, second = (client("ecs", SKIP).meta.service_model for _ in range(2))
    assert first.metadata is second.metadata
