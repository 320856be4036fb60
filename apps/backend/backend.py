"""Pairva's sample backend: health and version under /api, and a secret without which it does not start.

It fails as its environment says, so that bad deployments can be tried: CRASH_AFTER_SECONDS (0: at once) with
CRASH_EXIT_CODE, SLOW_START_SECONDS until it listens, UNHEALTHY=1 for a health path that answers 503. With the argument
`migrate` it is a release: it migrates nothing, and ends as its options say.
"""

import argparse
import os
import signal
import sys
import threading
import time

from server import STOP, Site, fail, json_answer, log, number_from_environment, port_from_environment, serve

_DAY_SECONDS = 24 * 60 * 60


def main() -> None:
    # Only whether it is there: the value must never reach a log.
    if not os.environ.get("SESSION_KEY", "").strip():
        fail("SESSION_KEY is not set or empty: give it to the container as a secret")
    if sys.argv[1:]:
        migrate()
        return
    port = port_from_environment(3000)
    delay_seconds = number_from_environment("SLOW_START_SECONDS", 0, _DAY_SECONDS)
    unhealthy = number_from_environment("UNHEALTHY", 0, 1)
    crash_if_told()
    version = os.environ.get("VERSION") or "unknown"
    health = json_answer(503, {"status": "unhealthy"}) if unhealthy else json_answer(200, {"status": "ok"})
    site = Site(
        answers={
            "/api/health": health,
            "/api/version": json_answer(200, {"service": "backend", "version": version}),
        },
        missing=json_answer(404, {"error": "Not Found"}),
    )
    serve(port, site, delay_seconds=delay_seconds)


def migrate() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("migrate", choices=["migrate"])
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--exit-code", type=int, default=0)
    options = parser.parse_args()
    log(message="migrating", seconds=options.seconds)
    time.sleep(options.seconds)
    if options.exit_code:
        log(error=f"migrate: ends with exit code {options.exit_code}")
        sys.exit(options.exit_code)
    log(message="migrated")


def crash_if_told() -> None:
    code = number_from_environment("CRASH_EXIT_CODE", 1, 255)
    if not os.environ.get("CRASH_AFTER_SECONDS"):
        return
    seconds = number_from_environment("CRASH_AFTER_SECONDS", 0, _DAY_SECONDS)
    error = f"CRASH_AFTER_SECONDS: ends with exit code {code} after {seconds} s"
    if seconds == 0:
        log(error=error)
        sys.exit(code)

    def crash() -> None:
        time.sleep(seconds)
        log(error=error)
        os._exit(code)

    # Before the thread starts, which would otherwise get the signals that `serve` waits for.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    threading.Thread(target=crash, daemon=True).start()


if __name__ == "__main__":
    main()
