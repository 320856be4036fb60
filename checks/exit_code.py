"""What a container's exit code says: the conventions of shells (128 and a signal's number), and of what starts them."""

import signal

_COMMAND = "correct ENTRYPOINT and CMD in the Dockerfile"
_LOG = "fix what the log tells (aws logs tail {log_group})"

# Meaning and remedy.
_CODES = {
    0: ("it was done, but a service must go on", "let the image's command stay in the foreground"),
    1: ("the application gave up over an error", _LOG),
    2: ("its command was used wrongly, or gave up over an error", f"{_LOG}, or {_COMMAND}"),
    126: ("its command may not be executed", f"{_COMMAND}, and make the file executable for everyone"),
    127: ("its command was not found", _COMMAND),
    134: ("it aborted itself, SIGABRT", f"{_LOG}; Node.js ends so when its heap is full: then raise {{name}}.memory"),
    137: (
        "it was killed, SIGKILL, mostly for want of memory",
        "raise {name}.memory in {file} if the memory was used up (Container Insights), or " + _LOG,
    ),
    139: ("it accessed memory it does not have, SIGSEGV", f"{_LOG}; look for native code of another system or libc"),
    143: ("it was told to end, SIGTERM, and not by ECS", f"find out what ends it, or {_LOG}"),
    255: ("its command failed, or could not be executed", f"{_LOG}, or {_COMMAND}"),
}


def meaning(code: int) -> str:
    return _known(code)[0]


def remedy(code: int) -> str:
    """What to do: a template of `name`, `file` and `log_group`."""
    return _known(code)[1]


def _known(code: int) -> tuple[str, str]:
    if code in _CODES:
        return _CODES[code]
    if code - 128 in {number.value for number in signal.Signals}:
        return f"a signal ended it, {signal.Signals(code - 128).name}", _LOG
    return "a code of the application's own", _LOG
