"""The grants of every type of resource and every lookup that the program knows, and those of the stack itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from access import alarm, balancer, bucket, domain, image, key, network, question, service, state
from access.grant import Grant
from settings.stack import Stack

ROWS: Mapping[str, Sequence[Grant]] = {
    **network.ROWS,
    **balancer.ROWS,
    **bucket.ROWS,
    **domain.ROWS,
    **image.ROWS,
    **service.ROWS,
    **alarm.ROWS,
}

STACK: Sequence[Callable[[Stack], Iterator[Grant]]] = (question.grants, key.grants, state.grants, network.grants)
