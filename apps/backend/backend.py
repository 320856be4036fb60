"""Pairva's sample backend: health and version under /api, and a secret without which it does not start."""

import os

from server import Site, fail, json_answer, port_from_environment, serve


def main() -> None:
    # Only whether it is there: the value must never reach a log.
    if not os.environ.get("SESSION_KEY", "").strip():
        fail("SESSION_KEY is not set or empty: give it to the container as a secret")
    version = os.environ.get("VERSION") or "unknown"
    site = Site(
        answers={
            "/api/health": json_answer(200, {"status": "ok"}),
            "/api/version": json_answer(200, {"service": "backend", "version": version}),
        },
        missing=json_answer(404, {"error": "Not Found"}),
    )
    serve(port_from_environment(3000), site)


if __name__ == "__main__":
    main()
