"""A changed health check is asked of the version that runs, through the load balancer, before anything changes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.stub import Stubber

from checks.preflight import health
from checks.preflight.result import Result, failed, ok, to_come, unchecked
from checks.session import Session
from finding import Finding
from tests.checks.aws import stubs
from tests.checks.preflight.asking import Unanswered, no_answer, refuse, results
from tests.samples import Edit, stack

GROUP = "arn:aws:elasticloadbalancing:us-east-1:039612856036:targetgroup/backend-target/1"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:039612856036:loadbalancer/app/pairva/1"
NOW = "/api/health on port 3000 for 200"
PATH = ("path: /api/health", "path: /api/ready")
CODES = ("path: /api/health", 'path: /api/health\n        codes: "204,301-302"')
PORT = ("port: 3000", "port: 3001")
WORKER = ("      path: /api/*\n", "")


def _rule(path: str, group: str) -> dict[str, Any]:
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}
    return {"Conditions": [condition], "Actions": [{"Type": "forward", "TargetGroupArn": group}]}


class Aws:
    """ECS, ELB and SSM as stubs, and a balancer; every question must have been asked by the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stubs: dict[str, Stubber] = stubs(monkeypatch, "ecs", "elbv2", "ssm")
        self.requests = list[tuple[str, str, str]]()
        self._patch = monkeypatch

    def runs(self, count: int = 1, *, balanced: bool = True, status: str = "ACTIVE") -> None:
        balancers = [{"targetGroupArn": GROUP, "containerName": "backend", "containerPort": 3000}] if balanced else []
        service = {"status": status, "runningCount": count, "loadBalancers": balancers}
        asked = {"cluster": "pairva-test", "services": ["pairva-test-backend"]}
        self.stubs["ecs"].add_response("describe_services", {"services": [service], "failures": []}, asked)
        if balanced and status == "ACTIVE":
            group = {
                "TargetGroupArn": GROUP,
                "LoadBalancerArns": [BALANCER],
                "HealthCheckPath": "/api/health",
                "Matcher": {"HttpCode": "200"},
                "Port": 80,
            }
            self.stubs["elbv2"].add_response(
                "describe_target_groups", {"TargetGroups": [group]}, {"TargetGroupArns": [GROUP]}
            )

    def leads(self, backend: str = "/api/*") -> None:
        """By the rules that it has now; its first listener has none but the default, which redirects."""
        elbv2, listeners = self.stubs["elbv2"], [f"{BALANCER}/http", f"{BALANCER}/https"]
        shown = [{"ListenerArn": arn} for arn in listeners]
        elbv2.add_response("describe_listeners", {"Listeners": shown}, {"LoadBalancerArn": BALANCER})
        default = {"Priority": "default", "Conditions": [], "Actions": [{"Type": "redirect"}]}
        elbv2.add_response("describe_rules", {"Rules": [default]}, {"ListenerArn": listeners[0]})
        rules = [_rule(backend, GROUP), _rule("/*", f"{GROUP}-of-the-frontend"), default]
        elbv2.add_response("describe_rules", {"Rules": rules}, {"ListenerArn": listeners[1]})

    def was_proven(self, url: str | None = "http://balancer.example") -> None:
        asked = {"Name": "/pairva/test/backend/proven"}
        if url:
            value = {"Parameter": {"Value": json.dumps({"version": "1.0.0", "url": url})}}
            self.stubs["ssm"].add_response("get_parameter", value, asked)
        else:
            self.stubs["ssm"].add_client_error("get_parameter", "ParameterNotFound", expected_params=asked)

    def answers(self, answer: int | Exception, headers: dict[str, str] | None = None) -> None:
        def handle(_: Any, request: httpx.Request) -> httpx.Response:
            named = request.extensions["sni_hostname"]
            self.requests.append((str(request.url), request.headers["Host"], named))
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(answer, headers=headers)

        self._patch.setattr(httpx.HTTPTransport, "handle_request", handle)

    def asked(self, *edits: Edit) -> list[Result]:
        with self.stubs["ecs"], self.stubs["elbv2"], self.stubs["ssm"]:
            found = results(health.checks, stack(*edits), "health of backend")
            for stub in self.stubs.values():
                stub.assert_no_pending_responses()
        return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(monkeypatch)


def row(outcome: Callable[[str, str], Result], detail: str) -> list[Result]:
    return [outcome("health of backend", detail)]


def refused(answered: str, wanted: str, remedy: str) -> list[Result]:
    what = (
        f"the running version answers {answered}: the load balancer would "
        "call it unhealthy before the new one is there, and ECS could not go back to it"
    )
    where = "Pulumi.test.yaml: pairva:deployment.backend.health"
    fault = Finding(where=where, what=what, found=f"{wanted}, was {NOW}", remedy=remedy)
    return [failed("health of backend", fault)]


def test_only_services_behind_the_load_balancer_are_asked_about() -> None:
    assert [check.subject for check in health.checks(stack())] == ["health of backend", "health of frontend"]
    assert [check.subject for check in health.checks(stack(WORKER))] == ["health of frontend"]


def test_a_stack_without_its_cluster_has_nothing_to_protect(aws: Aws) -> None:
    aws.stubs["ecs"].add_client_error("describe_services", "ClusterNotFoundException")
    assert aws.asked() == row(to_come, NOW)


@pytest.mark.parametrize("running", [{"status": "INACTIVE"}, {"status": "DRAINING"}, {"balanced": False}])
def test_nor_has_a_service_that_is_not_behind_the_balancer_yet(running: dict[str, Any], aws: Aws) -> None:
    aws.runs(**running)
    assert aws.asked(PATH) == row(to_come, "/api/ready on port 3000 for 200")


def test_a_check_that_stays_as_it_is_asks_nothing_of_the_application(aws: Aws) -> None:
    aws.runs()
    assert aws.asked() == row(ok, f"{NOW}, as before")


@pytest.mark.parametrize(
    ("edit", "answer", "url", "wanted"),
    [
        (PATH, 200, "http://balancer.example/api/ready", "/api/ready on port 3000 for 200"),
        (CODES, 204, "http://balancer.example/api/health", "/api/health on port 3000 for 204,301-302"),
        (CODES, 302, "http://balancer.example/api/health", "/api/health on port 3000 for 204,301-302"),
        (PORT, 200, "http://balancer.example/api/health", "/api/health on port 3001 for 200"),
    ],
    ids=["path", "code", "code of a span", "port"],
)
def test_a_change_that_the_running_version_answers_is_well(
    edit: Edit, answer: int, url: str, wanted: str, aws: Aws
) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(answer, {"Location": "/elsewhere"})
    assert aws.asked(edit) == row(ok, f"{wanted}, was {NOW}; the running version answers {answer}")
    assert aws.requests == [(url, "balancer.example", "balancer.example")]


@pytest.mark.parametrize("answer", [404, 500, 301, 204])
def test_a_path_that_it_does_not_answer_is_refused_and_no_redirect_is_followed(answer: int, aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(answer, {"Location": "/api/health"})
    assert aws.asked(PATH) == refused(
        f"/api/ready with {answer}, not 200",
        "/api/ready on port 3000 for 200",
        "first ship a version that answers both, /api/health and /api/ready; then change the check",
    )
    assert len(aws.requests) == 1


@pytest.mark.parametrize("answer", [200, 205, 300, 303])
def test_a_code_that_it_does_not_answer_with_is_refused(answer: int, aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(answer)
    assert aws.asked(CODES) == refused(
        f"/api/health with {answer}, not 204,301-302",
        "/api/health on port 3000 for 204,301-302",
        "first ship a version with health.codes 200,204,301-302, which takes both answers",
    )


def test_another_port_is_refused_while_the_running_version_is_not_well(aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(500)
    assert aws.asked(PORT) == refused(
        "/api/health with 500, not 200",
        "/api/health on port 3001 for 200",
        "first ship a version that answers /api/health with 200; then change the port",
    )


@pytest.mark.parametrize("answer", [502, 503, 504])
def test_what_is_down_may_be_mended_with_another_check(answer: int, aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(answer)
    why = f"/api/ready on port 3000 for 200, was {NOW}; no running task could be asked: answered {answer}"
    assert aws.asked(PATH) == row(unchecked, why)


def test_where_nothing_runs_nothing_has_to_answer(aws: Aws) -> None:
    aws.runs(0)
    wanted = "/api/ready on port 3000 for 200"
    assert aws.asked(PATH) == row(ok, f"{wanted}, was {NOW}; no task runs that would have to answer it")


@pytest.mark.parametrize("now", ["/api/*", "/backend/*"])
def test_a_path_that_the_balancer_leads_elsewhere_cannot_be_asked(now: str, aws: Aws) -> None:
    """By the rules that it has, whatever the stack file is about to make of them."""
    aws.runs()
    aws.leads(now)
    path = "/ready" if now == "/api/*" else "/api/ready"
    why = f"{path} is new, and the load balancer leads it to no task of backend"
    assert aws.asked(("path: /api/health", f"path: {path}")) == row(unchecked, why)


def test_before_the_first_good_verdict_nobody_knows_where_to_ask(aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven(None)
    why = f"/api/ready on port 3000 for 200, was {NOW}; no version was proven yet that could be asked"
    assert aws.asked(PATH) == row(unchecked, why)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.ConnectError("refused"), "refused"),
        (httpx.ReadTimeout("timed out"), "timed out"),
        (httpx.RemoteProtocolError("<its text>"), "RemoteProtocolError"),
    ],
    ids=["nobody there", "hangs", "no HTTP"],
)
def test_no_answer_is_no_refusal(error: Exception, told: str, aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(error)
    why = f"/api/ready on port 3000 for 200, was {NOW}; the running version did not answer: {told}"
    assert aws.asked(PATH) == row(unchecked, why)


def test_an_emulator_is_asked_at_its_endpoint_by_the_balancers_name(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.runs()
    aws.leads()
    aws.was_proven()
    aws.answers(200)
    region = "aws:region: us-east-1"
    aws.asked(PATH, (region, f"{region}\n  aws:endpoints: [{{elbv2: 'http://localhost:4566'}}]"))
    assert aws.requests == [("http://localhost:4566/api/ready", "balancer.example", "balancer.example")]


@no_answer
def test_what_ecs_does_not_answer_is_unchecked(unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch) -> None:
    why = refuse(monkeypatch, unanswered)("DescribeServices")
    expected = [unchecked(f"health of {name}", why) for name in ("backend", "frontend")]
    assert results(health.checks) == expected


def test_a_parameter_that_may_not_be_read_is_unchecked(aws: Aws) -> None:
    aws.runs()
    aws.leads()
    aws.stubs["ssm"].add_client_error("get_parameter", "AccessDeniedException", "no")
    assert aws.asked(PATH) == row(unchecked, "GetParameter: AccessDeniedException: no")


def test_the_session_makes_the_origin_of_a_balancers_own_address() -> None:
    origin = health.Origin.of("https://pairva.example", Session(stack()))
    assert (origin.url, origin.host) == ("https://pairva.example", "pairva.example")
