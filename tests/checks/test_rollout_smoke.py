"""The request through the load balancer that ends a good wait."""

import pulumi
import pytest

from checks import smoke
from checks.smoke import Origin
from settings.health import Smoke
from tests.checks import looking
from tests.checks.looking import GOOD, SMOKE, followed


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[Origin]:
    """Lets the smoke request find this wrong; '' is good. Returns where it was sent."""
    asked, left = list[Origin](), list(answers)

    def ask(origin: Origin, wanted: Smoke, version: str) -> str:
        assert (wanted.path, version) == ("/api/version", "1.0.2")
        asked.append(origin)
        return left.pop(0) if len(left) > 1 else left[0]

    monkeypatch.setattr(smoke, "ask", ask)
    return asked


def test_a_deployment_is_good_once_the_balancer_answers_with_its_version(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    asked = answering(monkeypatch, "answered 502, not 200", "")
    said, looks = followed(monkeypatch, [GOOD], SMOKE)
    assert (looks, asked) == (3, [Origin(url="http://balancer.example", host="balancer.example")] * 2)
    assert (
        said[-1] == "all tasks run, but http://balancer.example/api/version answered 502, not 200; asked again for 60 s"
    )


def test_a_balancer_that_answers_otherwise_for_a_minute_fails_the_verdict(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    answering(monkeypatch, "names version 1.0.1, not 1.0.2")
    with pytest.raises(pulumi.RunError) as raised:
        followed(monkeypatch, [GOOD], SMOKE)
    assert str(raised.value).startswith(
        "pairva-test-backend: 1.0.2 does not run: All its tasks run, but http://balancer.example/api/version names "
        "version 1.0.1, not 1.0.2. Nothing else serves: 1.0.2 gets the requests (2/2 of its tasks run), and "
        "ECS does not roll back; 1.0.1 was proven last\n"
    )


def test_an_endpoint_of_the_stack_file_is_where_the_balancer_is_reached(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    asked = answering(monkeypatch, "")
    endpoint = ("  pairva:deployment:", "  aws:endpoints: [{elbv2: http://localhost:4566}]\n  pairva:deployment:")
    followed(monkeypatch, [GOOD], SMOKE, endpoint)
    assert asked == [Origin(url="http://localhost:4566", host="balancer.example")]


def test_with_a_domain_the_request_goes_to_its_name_over_https(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    asked = answering(monkeypatch, "")
    value = looking.VALUE.replace("http://balancer.example", "https://pairva.example.com")
    monkeypatch.setattr(looking, "VALUE", value)
    followed(monkeypatch, [GOOD], SMOKE)
    assert asked == [Origin(url="https://pairva.example.com", host="pairva.example.com")]
