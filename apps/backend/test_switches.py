"""How the backend fails when its environment says so. Not run while its image is built: these tests take their time."""

import json
import subprocess
import unittest
from datetime import datetime

from test_server import Running, health, process, run


class SwitchTest(unittest.TestCase):
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

    def test_it_listens_late_and_is_unhealthy(self) -> None:
        app = self.start(SLOW_START_SECONDS="1", UNHEALTHY="1")
        assert app.stdout
        slow, listening = (json.loads(app.stdout.readline()) for _ in range(2))
        self.assertEqual((slow["message"], slow["seconds"]), ("starting slowly", 1))
        waited = datetime.fromisoformat(listening["time"]) - datetime.fromisoformat(slow["time"])
        self.assertGreaterEqual(waited.total_seconds(), 1)
        self.assertEqual(health(listening["port"], "/api/health"), (1, ["status 503"]))
        self.assertEqual(health(listening["port"], "/api/version"), (0, ["status 200"]))

    def test_it_crashes_later(self) -> None:
        app = self.start(CRASH_AFTER_SECONDS="1", CRASH_EXIT_CODE="7")
        assert app.stdout
        self.assertEqual(json.loads(app.stdout.readline())["message"], "listening")
        last = json.loads(app.stdout.read().splitlines()[-1])
        self.assertEqual(last["error"], "CRASH_AFTER_SECONDS: ends with exit code 7 after 1 s")
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


class ReleaseTest(unittest.TestCase):
    def test_it_migrates_and_ends_with_the_code_that_it_is_given(self) -> None:
        code, lines = run("backend.py", "migrate", SESSION_KEY="any")
        self.assertEqual((code, [json.loads(line).get("message") for line in lines]), (0, ["migrating", "migrated"]))
        code, lines = run("backend.py", "migrate", "--exit-code", "3", "--seconds", "1", SESSION_KEY="any")
        self.assertEqual((code, json.loads(lines[-1])["error"]), (3, "migrate: ends with exit code 3"))
        begun, ended = (datetime.fromisoformat(json.loads(line)["time"]) for line in lines)
        self.assertGreaterEqual((ended - begun).total_seconds(), 1)

    def test_without_its_secret_it_migrates_nothing(self) -> None:
        code, lines = run("backend.py", "migrate")
        self.assertEqual((code, len(lines)), (1, 1))


if __name__ == "__main__":
    unittest.main()
