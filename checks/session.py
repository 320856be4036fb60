"""The AWS clients of the checks, made from the same `aws:` settings that pulumi-aws uses; nobody else makes one."""

from functools import cached_property
from threading import Lock
from typing import Any

import boto3
import pulumi
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.loaders import Loader, create_loader
from botocore.session import get_session

import finding
from finding import Finding
from settings.stack import Stack

_CONNECT_SECONDS, _READ_SECONDS = 5, 20

# What botocore knows of AWS's services. Reading it is most of a client's cost: once for all stacks.
_MODELS: Loader = create_loader()


def answer(error: Exception) -> str:
    """What AWS answered, without botocore's account of how often it asked."""
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        return f"{error.operation_name}: {told.get('Code', 'error')}: {told.get('Message', '')}"
    return str(error)


class Session:
    """Clients for one stack. The first client compares the account, so that no answer comes from another one.

    With `answer_within_seconds`, each call is made once and has that long: for who would rather know less than wait.
    Threads may share a session, and the clients that it gives: boto3's own session is made for one thread
    (https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients).
    """

    def __init__(self, stack: Stack, *, answer_within_seconds: float | None = None) -> None:
        self._stack = stack
        self._making = Lock()
        self._endpoints = {service: url for table in stack.aws.endpoints for service, url in table.items()}
        self._once = answer_within_seconds is not None
        self._config = Config(
            retries={"mode": "standard", "max_attempts": 0 if self._once else stack.aws.max_retries},
            connect_timeout=answer_within_seconds or _CONNECT_SECONDS,
            read_timeout=answer_within_seconds or _READ_SECONDS,
            s3={"addressing_style": "path" if stack.aws.s3_use_path_style else "auto"},
        )
        self._compared = stack.aws.skip_requesting_account_id
        self._clients = dict[tuple[str, str | None, int | None], Any]()
        self._identity: dict[str, Any] | None = None
        self._refusal: Exception | None = None

    def client(self, service: str, *, region: str | None = None, attempts: int | None = None) -> Any:
        """A boto3 client, for example of `ecs`. Raises pulumi.RunError when the credentials are of another account.

        Without `region`, it is of the stack's. `attempts` is for who asks again anyway; without it, the provider's
        `maxRetries` holds.
        """
        with self._making:
            if fault := self._compare_account():
                raise pulumi.RunError(finding.text([fault]))
            return self._client(service, region, attempts)

    def refusal(self) -> Finding | None:
        """Why there are no clients, if there are none."""
        with self._making:
            return self._compare_account()

    def caller(self) -> dict[str, Any]:
        """Whose the credentials are: `Account` and `Arn`. Raises what botocore raises."""
        with self._making:
            return self._caller()

    def endpoint(self, service: str) -> str | None:
        """Where `aws:endpoints` says that a service is, if it does."""
        return self._endpoints.get(service)

    def _caller(self) -> dict[str, Any]:
        """Asks until there is an answer. Where each call is made once, an error is one for all who wait for it."""
        if self._refusal:
            raise self._refusal
        try:
            identity = self._identity or self._client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            self._refusal = error if self._once else None
            raise
        self._identity = identity
        return identity

    def _client(self, service: str, region: str | None = None, attempts: int | None = None) -> Any:
        if (service, region, attempts) not in self._clients:
            once = Config(retries={"mode": "standard", "total_max_attempts": attempts}) if attempts else Config()
            self._clients[service, region, attempts] = self._assumed.client(  # pyright: ignore[reportCallIssue]
                service,  # pyright: ignore[reportArgumentType]
                region_name=region,
                endpoint_url=self._endpoints.get(service),
                config=self._config.merge(once),
            )
        return self._clients[service, region, attempts]

    @cached_property
    def _assumed(self) -> boto3.Session:
        """The session that pulumi-aws would have: the profile's, then through each role in turn; for all clients."""
        settings = self._stack.aws
        session = _session(profile_name=settings.profile, region_name=settings.region)
        for role in settings.assume_roles:
            sts: Any = session.client("sts", endpoint_url=self._endpoints.get("sts"), config=self._config)
            external_id = {"ExternalId": role.external_id} if role.external_id else {}
            credentials = sts.assume_role(RoleArn=role.role_arn, RoleSessionName=role.session_name, **external_id)[
                "Credentials"
            ]
            session = _session(
                aws_access_key_id=credentials["AccessKeyId"],
                aws_secret_access_key=credentials["SecretAccessKey"],
                aws_session_token=credentials["SessionToken"],
                region_name=settings.region,
            )
        return session

    def _compare_account(self) -> Finding | None:
        """What is wrong with the credentials; asked until there is an answer."""
        if self._compared:
            return None
        try:
            account = self._caller()["Account"]
        except (BotoCoreError, ClientError) as error:
            reachable = not isinstance(error, (ConnectionError, HTTPClientError))
            remedy = self._credentials() if reachable else "see to the way to AWS: network, proxy, aws:endpoints"
            return self._fault("AWS could not be asked whose credentials these are", answer(error), remedy)
        if account != self._stack.account.id:
            return self._fault("the credentials are of another account", account, self._credentials())
        self._compared = True
        return None

    def _fault(self, what: str, found: str, remedy: str) -> Finding:
        where = f"Pulumi.{self._stack.name}.yaml: aws:allowedAccountIds"
        return Finding(where=where, what=what, found=found, remedy=remedy)

    def _credentials(self) -> str:
        return f"use credentials of account {self._stack.account.id} (AWS_PROFILE, or aws sso login)"


def _session(**settings: str | None) -> boto3.Session:
    core = get_session()
    core.register_component("data_loader", _MODELS)
    return boto3.Session(botocore_session=core, **settings)
