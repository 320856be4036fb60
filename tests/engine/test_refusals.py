"""What is wrong beforehand changes nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from typing_extensions import override

from tests.engine.conftest import Create
from tests.engine.proxy import Proxy


def test_a_wrong_stack_file_names_every_fault_and_changes_nothing(create: Create) -> None:
    project = create("wrong")

    def spoil(config: dict[str, Any]) -> None:
        config["pairva:deployment"]["backend"]["version"] = 1.10
        config["pairva:deployment"]["backend"]["memory"] = 513
        config["pairva:deployment"]["frontend"]["pth"] = "/x"

    project.change(spoil)
    # No plugin can start: the program must end before it needs one.
    ended = project.pulumi("up", "--yes", "--non-interactive", environment={"DOCKER_HOST": "unix:///nonexistent"})
    assert ended.code != 0
    lines = {
        "pairva:deployment.backend.version: is not text",
        "pairva:deployment.backend.memory: is no memory size of Fargate with cpu 256",
        "pairva:deployment.frontend.pth: no such key",
    }
    assert {line for line in lines if line in ended.said} == lines
    assert "Traceback" not in ended.said
    resources = project.pulumi("stack", "--show-urns").said
    assert "aws:" not in resources
    assert "docker:" not in resources


class Ahead(Proxy):
    """AWS as a machine sees it whose clock is ten minutes behind: it takes no signature, and says what time it is."""

    @override
    def answer(self, request: Any) -> None:
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        now = datetime.now(UTC) + timedelta(minutes=10)
        earliest, signed = now - timedelta(minutes=5), now - timedelta(minutes=10)
        message = (
            f"Signature expired: {signed:%Y%m%dT%H%M%SZ} is now earlier than {earliest:%Y%m%dT%H%M%SZ} "
            f"({now:%Y%m%dT%H%M%SZ} - 5 min.)"
        )
        error = f"<Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>{message}</Message></Error>"
        headers = [("Content-Type", "text/xml"), ("Date", format_datetime(now, usegmt=True))]
        request.answer(403, headers, f"<ErrorResponse>{error}</ErrorResponse>".encode())


def test_a_clock_that_is_off_is_named_and_nothing_is_changed(create: Create) -> None:
    project = create("late")
    with Ahead(project.machine.port) as aws:
        project.ask_at(aws.url, "sts")
        for ended in (project.up(), project.pairva("doctor", project.stack)):
            assert ended.code != 0
            assert (
                "this machine's clock: is 10 minutes behind AWS's, which takes no request that is more than 5 minutes "
                "off\n"
            ) in ended.said
            assert "found: GetCallerIdentity: SignatureDoesNotMatch: Signature expired: " in ended.said
            assert "mend:  set it (sudo timedatectl set-ntp true; " in ended.said
            assert "Traceback" not in ended.said
    assert "aws:" not in project.pulumi("stack", "--show-urns").said


def test_an_image_that_crashes_under_the_same_tag_fails_every_up_until_it_is_mended(create: Create) -> None:
    """The revision stays, so ECS rolls back to the one that is wanted: only the deployments tell."""
    project = create("rebuilt")
    assert project.up().code == 0
    project.crash_at_once(1)
    for _ in range(2):
        failed = project.up()
        assert failed.code != 0
        assert "1.0.1 does not run: The container backend ended " in failed.error_of("backend-proven")
        assert "1.0.1 (pairva-rebuilt-backend:1) serves 1/1; nothing is down" in failed.error_of("backend-proven")
    assert project.get("/api/version").json() == {"service": "backend", "version": "1.0.1"}

    project.mend()
    assert project.up().code == 0
    assert project.planned() == {}
