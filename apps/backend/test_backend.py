"""What the backend answers and what it needs to start. The image runs it while it is built."""

import json
import unittest

from test_server import SAMPLE, Running, health, run


class BackendTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.app = Running("backend.py", SESSION_KEY="do-not-print", VERSION="1.0.2")

    @classmethod
    def tearDownClass(cls) -> None:
        code, logs = cls.app.stop()
        assert code == 0
        assert "do-not-print" not in json.dumps(logs)

    def test_health(self) -> None:
        status, headers, body = self.app.ask("/api/health")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(json.loads(body), {"status": "ok"})

    def test_version_is_the_one_of_the_environment(self) -> None:
        status, _, body = self.app.ask("/api/version?time=1")
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body), {"service": "backend", "version": "1.0.2"})

    def test_other_paths_are_404_in_json(self) -> None:
        for path in ("/", "/api", "/api/", "/api/health/", "/api/nothing"):
            status, headers, body = self.app.ask(path)
            self.assertEqual((status, headers["Content-Type"]), (404, "application/json"), path)
            self.assertEqual(json.loads(body), {"error": "Not Found"})

    def test_the_health_command_asks_the_running_server(self) -> None:
        self.assertEqual(health(self.app.port, "/api/health"), (0, ["status 200"]))


class StartTest(unittest.TestCase):
    def test_without_its_secret_it_exits_1_with_one_line(self) -> None:
        environments: list[dict[str, str]] = [{}, {"SESSION_KEY": ""}, {"SESSION_KEY": " "}]
        for environment in environments:
            code, lines = run("backend.py", **environment)
            self.assertEqual((code, len(lines)), (1, 1))
            fields = json.loads(lines[0])
            self.assertEqual(list(fields), ["time", "error"])
            error = "SESSION_KEY is not set or empty: give it to the container as a secret"
            self.assertEqual(fields["error"], error)

    def test_without_a_version_it_says_unknown(self) -> None:
        app = Running("backend.py", SESSION_KEY="any")
        self.assertEqual(json.loads(app.ask("/api/version")[2])["version"], "unknown")
        self.assertEqual(app.stop()[0], 0)

    def test_the_health_command_exits_1_on_another_status(self) -> None:
        app = Running("-c", SAMPLE, "5")
        self.assertEqual(health(app.port, "/api/health"), (1, ["status 404"]))
        self.assertEqual(app.stop()[0], 0)

    def test_the_health_command_exits_1_when_nothing_answers(self) -> None:
        code, lines = health(1, "/api/health")
        self.assertEqual((code, lines), (1, ["no answer: <urlopen error [Errno 111] Connection refused>"]))


if __name__ == "__main__":
    unittest.main()
