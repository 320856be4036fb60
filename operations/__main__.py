"""pairva answers questions about the deployment. It writes to no AWS account and to no stack file."""

import typer

from operations import doctor, render

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.command()(doctor.doctor)
app.command()(render.render)


@app.callback()
def _verbs() -> None:
    """Lets typer take the verb's name even while there is one verb only."""


if __name__ == "__main__":
    app(prog_name="pairva")
