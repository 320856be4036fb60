"""What a task wrote last, as it may be shown to those who deploy."""

from typing import Any

from masking import masked
from settings.names import ServiceNames

# Enough for the message above the frames of a stack trace.
_LOG_LINES = 20


def last_lines(logs: Any, names: ServiceNames, task_id: str) -> tuple[str, ...]:
    """Masked; none if it wrote nothing yet. Lines arrive some seconds after their task has stopped.

    `logs` is the boto3 client; raises what it raises.
    """
    stream = f"{names.service}/{names.service}/{task_id}"
    try:
        answer = logs.get_log_events(logGroupName=names.log_group, logStreamName=stream, limit=_LOG_LINES)
    except logs.exceptions.ResourceNotFoundException:
        return ()
    return tuple(line for line in (masked(event["message"]) for event in answer["events"]) if line)
