"""The proxy itself, in front of a server that is no emulator."""

import json
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from tests.engine.proxy import DENIED, EXPIRED, SERVER_ERROR, THROTTLED, Hang, Late, Proxy, Refusal, Rewording


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent, as JSON."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"path": self.path, "sent": sent.decode()}).encode()
        self.send_response_only(202)
        self.send_header("X-From", "the server")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def proxy() -> Generator[Proxy]:
    with HTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        with Proxy(server.server_port) as proxy:
            yield proxy
        server.shutdown()
        thread.join()


def ask(proxy: Proxy, action: str = "DescribeServices") -> httpx.Response:
    target = {"X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{action}"}
    return httpx.post(f"{proxy.url}/path?query=1", content="text", headers=target, timeout=5)


def test_everything_passes_unchanged_and_is_counted(proxy: Proxy) -> None:
    answer = ask(proxy)
    assert (answer.status_code, answer.headers["X-From"]) == (202, "the server")
    assert answer.json() == {"path": "/path?query=1", "sent": "text"}
    ask(proxy, "ListTasks")
    ask(proxy)
    assert [each.action for each in proxy.asked] == ["DescribeServices", "ListTasks", "DescribeServices"]
    first, second = proxy.times("DescribeServices")
    assert first < second


@pytest.mark.parametrize("fault", [SERVER_ERROR, THROTTLED, EXPIRED, DENIED], ids=lambda fault: fault.kind)
def test_only_the_named_action_is_refused_and_only_until_it_is_mended(proxy: Proxy, fault: Refusal) -> None:
    proxy.fail(fault, "DescribeServices")
    refused = ask(proxy)
    assert (refused.status_code, refused.json()) == (fault.status, {"__type": fault.kind, "message": fault.message})
    assert ask(proxy, "ListTasks").status_code == 202
    proxy.mend()
    assert ask(proxy).status_code == 202


def test_without_a_name_every_action_is_refused(proxy: Proxy) -> None:
    proxy.fail(THROTTLED)
    assert [ask(proxy, action).status_code for action in ("DescribeServices", "ListTasks")] == [400, 400]


def test_a_text_of_the_answer_is_replaced(proxy: Proxy) -> None:
    proxy.fail(Rewording('"sent": "text"', '"sent": "longer text"'), "DescribeServices")
    assert ask(proxy).json()["sent"] == "longer text"
    assert ask(proxy, "ListTasks").json()["sent"] == "text"


def test_a_request_hangs_until_it_is_mended_and_then_gets_no_answer(proxy: Proxy) -> None:
    def mend_once_asked() -> None:
        while not proxy.asked:
            time.sleep(0.01)
        proxy.mend()

    proxy.fail(Hang())
    threading.Thread(target=mend_once_asked).start()
    with pytest.raises(httpx.RemoteProtocolError):
        ask(proxy)
    assert ask(proxy).status_code == 202


def test_a_request_that_hangs_does_not_outlive_the_proxy() -> None:
    before = threading.active_count()
    with Proxy(1) as proxy:
        proxy.fail(Hang())
        asking = threading.Thread(target=_ask_in_vain, args=[proxy])
        asking.start()
        proxy.until("DescribeServices", more=1)
    asking.join(5)
    assert threading.active_count() == before


def _ask_in_vain(proxy: Proxy) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(proxy)


def test_an_answer_is_late_until_it_is_mended(proxy: Proxy) -> None:
    proxy.fail(Late())
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{proxy.url}/path", content="text", timeout=0.5)
    proxy.mend()
    assert ask(proxy).status_code == 202
