"""The parts of a dashboard as PutDashboard takes them; pure. What they show may be Outputs: nobody looks at it here.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

_GRID_COLUMNS = 24
# More would be too narrow to read: they go on below.
_MOST_BESIDE = 3

Line = Sequence[Any]


@dataclass(frozen=True)
class Panel:
    """A widget that has no place yet."""

    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """Panels beside each other; `height` is in units of the grid."""

    height: int
    panels: Sequence[Panel]


def laid_out(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The widgets of the rows, from top to bottom; each row is as wide as the dashboard."""
    widgets, top = list[dict[str, Any]](), 0
    for row in rows:
        beside = min(len(row.panels), _MOST_BESIDE) or 1
        width = _GRID_COLUMNS // beside
        for position, panel in enumerate(row.panels):
            below, left = divmod(position, beside)
            widgets.append(
                {
                    "type": panel.type,
                    "x": left * width,
                    "y": top + below * row.height,
                    "width": width,
                    "height": row.height,
                    "properties": panel.properties,
                }
            )
        top += math.ceil(len(row.panels) / beside) * row.height
    return widgets


def text(markdown: str) -> Panel:
    return Panel("text", {"markdown": markdown})


def alarms(title: str, arns: Sequence[str]) -> Panel:
    """Their states, the last to change first."""
    return Panel("alarm", {"title": title, "alarms": list(arns), "sortBy": "stateUpdatedTimestamp"})


def line(label: str, namespace: str, metric: str, statistic: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Line:
    """One metric, as a line of a graph."""
    named = [part for dimension in dimensions.items() for part in dimension]
    return [namespace, metric, *named, {"label": label, "stat": statistic}]


def graph(title: str, region: str, lines: Sequence[Line], least: Mapping[str, int] | None = None) -> Panel:
    """Lines from zero up, a point a minute over three hours; `least` are limits, by what they are called."""
    limits = [{"label": label, "value": value} for label, value in (least or {}).items()]
    return Panel(
        "metric",
        {
            "title": title,
            "view": "timeSeries",
            "region": region,
            "period": 60,
            "metrics": list(lines),
            "yAxis": {"left": {"min": 0}},
            **({"annotations": {"horizontal": limits}} if limits else {}),
        },
    )


def errors(title: str, region: str, log_group: str) -> Panel:
    """The last lines of a log that sound like one. Each look reads the log of the time that is shown, and is paid."""
    wanted = "fields @timestamp, @message | filter @message like /(?i)(error|exception|fatal|panic)/"
    query = f"SOURCE '{log_group}' | {wanted} | sort @timestamp desc | limit 20"
    return Panel("log", {"title": title, "view": "table", "region": region, "query": query})
