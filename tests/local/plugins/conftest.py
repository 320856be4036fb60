from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from local.plugins import aws
from local.plugins.amazon.account import Account
from local.plugins.engine import Log
from local.plugins.provider import Provider
from local.plugins.resource import Plugin
from local.plugins.wire import Props
from tests.local.plugins.engine_calls import Calls, Spoken


@pytest.fixture
def spoken() -> Spoken:
    return Spoken()


@pytest.fixture
def calls_of(spoken: Spoken) -> Callable[[Plugin[Any]], Calls]:
    return lambda plugin: Calls(Provider(plugin, spoken))


@pytest.fixture(scope="session")
def account() -> Account:
    """One for all tests, because it takes botocore half a second to read how a service is called."""
    tags = {"tags": {"project": "pairva"}}
    keys = {"accessKey": "key", "secretKey": "secret"}
    return Account({"region": "us-east-1", **keys, "skipRequestingAccountId": True, "defaultTags": tags})


def _connect_to(account: Account) -> Callable[[Props, Log], Account]:
    return lambda _configuration, _log: account


@pytest.fixture
def engine(account: Account, calls_of: Callable[[Plugin[Any]], Calls]) -> Calls:
    """The AWS plugin, configured so that it asks nothing before it is told to."""
    calls = calls_of(replace(aws.PLUGIN, connect=_connect_to(account)))
    calls.configure()
    return calls


@pytest.fixture
def stub(engine: Calls) -> Iterator[Callable[[str], Stubber]]:
    """Answers that AWS gives, in order; every one of them must be asked for."""
    stubs: dict[str, Stubber] = {}

    def of(service: str) -> Stubber:
        if service not in stubs:
            stubs[service] = Stubber(getattr(engine.provider.session, service))
            stubs[service].activate()
        return stubs[service]

    yield of
    for stubber in stubs.values():
        stubber.deactivate()
        stubber.assert_no_pending_responses()
