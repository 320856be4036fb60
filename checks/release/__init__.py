"""A release: the stack file's command, run once as a task of the new version, before the service changes."""

import pulumi
from pulumi.resource import DependencyResource

from checks.release.order import Order
from checks.release.wait import Wait
from checks.session import Session
from settings.stack import ServiceSettings, Stack


def gate(stack: Stack, service: ServiceSettings) -> pulumi.ResourceOptions:
    """Makes a resource the gate before a service's deployment: it is written only after its release succeeded.

    Its hook raises while it did not. Then the old value stays, the service is not touched, and the next `up` runs the
    release again. It never runs at preview.
    """
    session = Session(stack)

    async def hook(args: pulumi.ResourceHookArgs) -> None:
        order = Order.of((args.new_inputs or {})["insecureValue"], service)
        await Wait(session, service, order, DependencyResource(args.urn)).until_released()

    before = [pulumi.ResourceHook(f"{service.names.service}-release", hook)]
    return pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=before, before_update=before))
