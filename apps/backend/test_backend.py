"""What the backend answers and what it needs to start. The image runs it while it is built."""

import json
import subprocess
import unittest
from datetime import datetime

from test_server import SAMPLE, Running, health, process, run


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

    def test_a_wrong_switch_exits_1_with_one_line(self) -> None:
        wrong = {
            "PORT": ("65536", 65535),
            "CRASH_AFTER_SECONDS": ("soon", 86400),
            "CRASH_EXIT_CODE": ("256", 255),
            "SLOW_START_SECONDS": ("-1", 86400),
            "UNHEALTHY": ("yes", 1),
        }
        for name, (value, limit) in wrong.items():
            code, lines = run("backend.py", SESSION_KEY="any", **{name: value})
            self.assertEqual((code, len(lines)), (1, 1), name)
            self.assertEqual(json.loads(lines[0])["error"], f"{name} must be a number up to {limit}, not {value!r}")

    def test_it_crashes_at_once_with_the_exit_code_it_is_given(self) -> None:
        for environment, expected in ({}, 1), ({"CRASH_EXIT_CODE": "3"}, 3), ({"CRASH_EXIT_CODE": "0"}, 0):
            code, lines = run("backend.py", SESSION_KEY="any", CRASH_AFTER_SECONDS="0", **environment)
            self.assertEqual((code, len(lines)), (expected, 1))
            error = f"CRASH_AFTER_SECONDS: ends with exit code {expected} after 0 s"
            self.assertEqual(json.loads(lines[0])["error"], error)

    def start(self, **switches: str) -> subprocess.Popen[str]:
        app = process("backend.py", SESSION_KEY="any", **switches)
        self.addCleanup(app.communicate)
        self.addCleanup(app.kill)
        return app

    def test_it_listens_late_is_unhealthy_and_crashes_later(self) -> None:
        app = self.start(SLOW_START_SECONDS="1", UNHEALTHY="1", CRASH_AFTER_SECONDS="2", CRASH_EXIT_CODE="7")
        assert app.stdout
        slow, listening = (json.loads(app.stdout.readline()) for _ in range(2))
        self.assertEqual((slow["message"], slow["seconds"]), ("starting slowly", 1))
        waited = datetime.fromisoformat(listening["time"]) - datetime.fromisoformat(slow["time"])
        self.assertGreaterEqual(waited.total_seconds(), 1)
        self.assertEqual(health(listening["port"], "/api/health"), (1, ["status 503"]))
        self.assertEqual(health(listening["port"], "/api/version"), (0, ["status 200"]))
        last = json.loads(app.stdout.read().splitlines()[-1])
        self.assertEqual(last["error"], "CRASH_AFTER_SECONDS: ends with exit code 7 after 2 s")
        self.assertEqual(app.wait(timeout=5), 7)

    def test_it_stops_when_asked_while_it_starts_slowly_or_is_about_to_crash(self) -> None:
        slow = self.start(SLOW_START_SECONDS="60", CRASH_AFTER_SECONDS="60")
        assert slow.stdout
        slow.stdout.readline()
        slow.terminate()
        self.assertEqual(slow.wait(timeout=5), 0)
        stopped = json.loads(slow.stdout.read())
        self.assertEqual((stopped["message"], stopped["signal"]), ("stopped", "SIGTERM"))
        app = Running("backend.py", SESSION_KEY="any", CRASH_AFTER_SECONDS="60")
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
