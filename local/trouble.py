"""What stops the machine from coming up, and the way on."""

from finding import Finding, text


class Trouble(Exception):  # noqa: N818 — read by people, who do not look for a suffix
    """One thing that has to be mended by a person; the next `make up` goes on from there."""

    def __init__(self, *, where: str, what: str, found: str = "", remedy: str) -> None:
        self.finding = Finding(where=where, what=what, found=found, remedy=remedy)
        super().__init__(text([self.finding]))
