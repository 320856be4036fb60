"""What the frontend answers. The image runs it while it is built."""

import re
import unittest

from test_server import Running, health


class FrontendTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.app = Running("frontend.py", VERSION="<1.0.2>")

    @classmethod
    def tearDownClass(cls) -> None:
        assert cls.app.stop()[0] == 0

    def test_the_page_shows_its_own_version_escaped(self) -> None:
        status, headers, body = self.app.ask("/")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertEqual(re.findall(r"<dd>(\S+)</dd>", body.decode()), ["&lt;1.0.2&gt;"])

    def test_every_answer_carries_the_security_headers(self) -> None:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        for path in ("/", "/app.js", "/nowhere"):
            headers = self.app.ask(path)[1]
            self.assertEqual(headers["Content-Security-Policy"], policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["Cross-Origin-Opener-Policy"], "same-origin")

    def test_what_the_page_refers_to_is_there_and_nothing_is_inline(self) -> None:
        page = self.app.ask("/")[2].decode()
        links = re.findall(r'(?:href|src)="([^"]+)"', page)
        self.assertEqual(links, ["/icon.svg", "/app.css", "/app.js"])
        types = {link: self.app.ask(link)[1]["Content-Type"] for link in links}
        self.assertEqual(
            types,
            {
                "/icon.svg": "image/svg+xml",
                "/app.css": "text/css; charset=utf-8",
                "/app.js": "text/javascript; charset=utf-8",
            },
        )
        self.assertEqual(re.findall(r"<script>|<style>| style=| on\w+=", page), [])
        script = self.app.ask("/app.js")[2].decode()
        self.assertEqual(re.findall(r'fetch\("([^"]+)"', script), ["/api/version"])

    def test_health(self) -> None:
        self.assertEqual(self.app.ask("/health")[0::2], (200, b'{"status": "ok"}\n'))
        self.assertEqual(health(self.app.port, "/health"), (0, ["status 200"]))

    def test_other_paths_are_404_and_never_a_file(self) -> None:
        for path in ("/nowhere", "/api/version", "/page/index.html", "/../frontend.py", "//etc/passwd"):
            status, headers, body = self.app.ask(path)
            self.assertEqual((status, headers["Content-Type"]), (404, "text/html; charset=utf-8"), path)
            self.assertIn(b"<h1>Page not found</h1>", body)


class StartTest(unittest.TestCase):
    def test_without_a_version_it_says_unknown(self) -> None:
        app = Running("frontend.py")
        self.assertIn(b"<dd>unknown</dd>", app.ask("/")[2])
        self.assertEqual(app.stop()[0], 0)


if __name__ == "__main__":
    unittest.main()
