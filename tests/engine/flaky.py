"""AWS on a bad day: a share of all calls is throttled, answered 503, or cut off before AWS took it."""

import random
from typing import Any

from typing_extensions import override

from tests.engine.proxy import Proxy

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html says 503 of EC2's.
_TOO_FAST = "Rate exceeded"
_EC2 = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>{}</Message></Error></Errors></Response>"
_QUERY = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>{}</Message></Error></ErrorResponse>"
_S3 = "<Error><Code>SlowDown</Code><Message>{}</Message></Error>"
_JSON = '{{"__type": "ThrottlingException", "message": "{}"}}'


class Flaky(Proxy):
    """Fails `percent` of the signed requests, by dice that `seed` makes fall the same way."""

    def __init__(self, emulator_port: int, *, percent: int, seed: int) -> None:
        super().__init__(emulator_port)
        self.percent, self._dice = percent, random.Random(seed)  # noqa: S311
        self.passed, self.failed = 0, {"throttled": 0, "503": 0, "reset": 0}

    @override
    def answer(self, request: Any) -> None:
        # What is not signed is nobody's call of AWS, but a page.
        if "Authorization" not in request.headers or self._dice.randrange(100) >= self.percent:
            self.passed += 1
            super().answer(request)
            return
        sent = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        fault = self._dice.choice([*self.failed])
        self.failed[fault] += 1
        match fault:
            case "throttled":
                status, body = _throttled(request, sent)
                request.answer(status, [], body.format(_TOO_FAST).encode())
            case "503":
                request.answer(503, [], b"")
            case _:
                request.close_connection = True


def _throttled(request: Any, sent: bytes) -> tuple[int, str]:
    """In the words of the request's protocol."""
    if "X-Amz-Target" in request.headers:
        return 400, _JSON
    scope = request.headers["Authorization"].partition("/aws4_request")[0].rpartition("/")[2]
    return {"s3": (503, _S3), "ec2": (503, _EC2)}.get(scope, (400, _QUERY))
