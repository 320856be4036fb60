"""Pairva's sample frontend: one page with its own version, whose script asks the backend for its version."""

import html
import os
from pathlib import Path
from string import Template

from server import Answer, Site, json_answer, port_from_environment, serve

PAGE = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def page(name: str, content_type: str, status: int = 200) -> Answer:
    return Answer(status, content_type, (PAGE / name).read_bytes())


def start_page(version: str) -> Answer:
    text = Template((PAGE / "index.html").read_text("utf-8")).substitute(version=html.escape(version))
    return Answer(200, "text/html; charset=utf-8", text.encode())


def main() -> None:
    site = Site(
        answers={
            "/": start_page(os.environ.get("VERSION") or "unknown"),
            "/app.js": page("app.js", "text/javascript; charset=utf-8"),
            "/app.css": page("app.css", "text/css; charset=utf-8"),
            "/icon.svg": page("icon.svg", "image/svg+xml"),
            "/health": json_answer(200, {"status": "ok"}),
        },
        missing=page("not_found.html", "text/html; charset=utf-8", status=404),
        headers=HEADERS,
    )
    serve(port_from_environment(8080), site)


if __name__ == "__main__":
    main()
