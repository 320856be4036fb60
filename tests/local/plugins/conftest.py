from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from botocore.stub import Stubber

from local.plugins import aws
from local.plugins.amazon.account import Account
from local.plugins.provider import Provider
from local.plugins.resource import Log, Plugin
from local.plugins.wire import Props
from tests.local.plugins.engine_calls import Calls, Spoken


@pytest.fixture
def spoken() -> Spoken:
    return Spoken()


@pytest.fixture
def calls_of(spoken: Spoken) -> Callable[[Plugin], Calls]:
    return lambda plugin: Calls(Provider(plugin, spoken))


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """One for all tests, because it takes botocore half a second to read how a service is called."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        yield Account({"region": "us-east-1", "defaultTags": {"tags": {"project": "pairva"}}})


@pytest.fixture
def engine(account: Account, calls_of: Callable[[Plugin], Calls]) -> Calls:
    """The AWS plugin, configured so that it asks nothing before it is told to."""

    def connect(_configuration: Props, _log: Log) -> Account:
        return account

    calls = calls_of(replace(aws.PLUGIN, connect=connect))
    calls.configure()
    return calls


@pytest.fixture
def stub(account: Account) -> Iterator[Callable[[str], Stubber]]:
    """Answers that AWS gives, in order; every one of them must be asked for."""
    stubs: dict[str, Stubber] = {}

    def of(service: str) -> Stubber:
        if service not in stubs:
            stubs[service] = Stubber(account.client(service))
            stubs[service].activate()
        return stubs[service]

    yield of
    for stubber in stubs.values():
        stubber.deactivate()
        stubber.assert_no_pending_responses()
