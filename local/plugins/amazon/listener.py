"""A load balancer's listeners and their rules."""

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, only
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import SetOf
from local.plugins.wire import Props

_FIXED_RESPONSE = {"contentType": "ContentType", "messageBody": "MessageBody", "statusCode": "StatusCode"}
_ACTION = {"type": "Type", "targetGroupArn": "TargetGroupArn", "order": "Order"}


def _renamed(names: dict[str, str], given: Props) -> Props:
    return {new: given[old] for old, new in names.items() if given.get(old) is not None}


def _reversed(names: dict[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}


def _actions(given: list[Props]) -> list[Props]:
    return [_action(item) for item in given]


def _action(given: Props) -> Props:
    fixed = given.get("fixedResponse")
    response = {"FixedResponseConfig": _renamed(_FIXED_RESPONSE, fixed)} if fixed else {}
    return {**_renamed(_ACTION, given), **response}


def _described_action(given: Props) -> Props:
    fixed = given.get("FixedResponseConfig")
    response = {"fixedResponse": _renamed(_reversed(_FIXED_RESPONSE), fixed)} if fixed else {}
    return {**_renamed(_reversed(_ACTION), given), **response}


def _conditions(given: list[Props]) -> list[Props]:
    return [{"Field": "path-pattern", "PathPatternConfig": {"Values": item["pathPattern"]["values"]}} for item in given]


def _described_conditions(given: list[Props]) -> list[Props]:
    """A condition of another kind was made by someone else; it shows as an empty one, and so as a difference."""
    patterns = [item.get("PathPatternConfig", {}).get("Values") or item.get("Values") for item in given]
    fields = [item.get("Field") for item in given]
    return [
        {"pathPattern": {"values": values}} if field == "path-pattern" else {}
        for field, values in zip(fields, patterns, strict=True)
    ]


def _create_listener(account: Account, target: Target) -> str:
    inputs = target.inputs
    made = account.elbv2.create_listener(
        LoadBalancerArn=inputs["loadBalancerArn"],
        Port=inputs["port"],
        Protocol=inputs["protocol"],
        DefaultActions=_actions(inputs["defaultActions"]),
        **tagging.at_creation(target),
    )
    return made["Listeners"][0]["ListenerArn"]


def _read_listener(account: Account, target: Target) -> Props:
    listener = only(account.elbv2.describe_listeners(ListenerArns=[target.id])["Listeners"])
    return {
        "loadBalancerArn": listener["LoadBalancerArn"],
        "port": listener["Port"],
        "protocol": listener["Protocol"],
        "defaultActions": [_described_action(item) for item in listener["DefaultActions"]],
        "arn": target.id,
        **tagging.of_load_balancing(account, target),
    }


def _update_listener(account: Account, target: Target) -> None:
    if target.changed("port", "protocol", "defaultActions"):
        account.elbv2.modify_listener(
            ListenerArn=target.id,
            Port=target.inputs["port"],
            Protocol=target.inputs["protocol"],
            DefaultActions=_actions(target.inputs["defaultActions"]),
        )


def _create_rule(account: Account, target: Target) -> str:
    inputs = target.inputs
    made = account.elbv2.create_rule(
        ListenerArn=inputs["listenerArn"],
        Priority=inputs["priority"],
        Conditions=_conditions(inputs["conditions"]),
        Actions=_actions(inputs["actions"]),
        **tagging.at_creation(target),
    )
    return made["Rules"][0]["RuleArn"]


def _read_rule(account: Account, target: Target) -> Props:
    rule = only(account.elbv2.describe_rules(RuleArns=[target.id])["Rules"])
    listener = target.id.replace(":listener-rule/", ":listener/").rpartition("/")[0]
    return {
        "listenerArn": listener,
        "priority": int(rule["Priority"]),
        "conditions": _described_conditions(rule["Conditions"]),
        "actions": [_described_action(item) for item in rule["Actions"]],
        "arn": target.id,
        **tagging.of_load_balancing(account, target),
    }


def _update_rule(account: Account, target: Target) -> None:
    if target.changed("priority"):
        priority = {"RuleArn": target.id, "Priority": target.inputs["priority"]}
        account.elbv2.set_rule_priorities(RulePriorities=[priority])
    if target.changed("conditions", "actions"):
        account.elbv2.modify_rule(
            RuleArn=target.id,
            Conditions=_conditions(target.inputs["conditions"]),
            Actions=_actions(target.inputs["actions"]),
        )


TYPES = {
    "aws:lb/listener:Listener": ResourceType(
        inputs={
            "loadBalancerArn": str,
            "port": int,
            "protocol": str,
            "defaultActions": [
                {
                    "type": str,
                    "targetGroupArn": str,
                    "order": int,
                    "fixedResponse": {"contentType": str, "messageBody": str, "statusCode": str},
                }
            ],
            "tags": dict,
        },
        required=frozenset({"loadBalancerArn", "port", "defaultActions"}),
        defaults={"protocol": "HTTP"},
        replace_on=frozenset({"loadBalancerArn"}),
        computed=frozenset({"arn"}),
        create=_create_listener,
        read=_read_listener,
        update=(_update_listener, tagging.elbv2),
        delete=lambda account, target: account.elbv2.delete_listener(ListenerArn=target.id),
    ),
    "aws:lb/listenerRule:ListenerRule": ResourceType(
        inputs={
            "listenerArn": str,
            "priority": int,
            "conditions": SetOf({"pathPattern": {"values": SetOf(str)}}),
            "actions": [{"type": str, "targetGroupArn": str}],
            "tags": dict,
        },
        required=frozenset({"listenerArn", "priority", "conditions", "actions"}),
        replace_on=frozenset({"listenerArn"}),
        computed=frozenset({"arn"}),
        create=_create_rule,
        read=_read_rule,
        update=(_update_rule, tagging.elbv2),
        delete=lambda account, target: account.elbv2.delete_rule(RuleArn=target.id),
    ),
}
