"""pairva answers questions about the deployment. It writes to no AWS account and to no stack file."""

import typer

from operations import adopt, check, doctor, render

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.command()(check.check)
app.command()(doctor.doctor)
app.command()(render.render)
app.command()(adopt.adopt)

if __name__ == "__main__":
    app(prog_name="pairva")
