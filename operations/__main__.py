"""pairva answers questions about the deployment. It writes to no AWS account and to no stack file."""

import io
import sys

import typer

from operations import adopt, check, doctor, recover, render, report, review, status

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.command()(check.check)
app.command()(doctor.doctor)
app.command()(render.render)
app.command()(review.review)
app.command()(status.status)
app.command()(report.report)
app.command()(recover.recover)
app.command()(adopt.adopt)

if __name__ == "__main__":
    # What a terminal of another encoding lacks is shown as `?`, and ends nothing.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="pairva")
