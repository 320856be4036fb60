"""Every rule of the security reference's first part: those that are judged here, and why the others are not."""

from collections.abc import Mapping

from audit.fault import Fault
from audit.program import Program
from audit.rules import balancer, network, record, repository, role, service, task

RULES = (
    *task.RULES,
    *service.RULES,
    *repository.RULES,
    *balancer.RULES,
    *network.RULES,
    *role.RULES,
    *record.RULES,
)

NOT_JUDGED: Mapping[str, str] = {
    "T10": "tasks mount no file system of EFS: their volumes are empty folders, which checkov's CKV_AWS_97 would see",
    "T11": "settings/fargate.py refuses every other pair of cpu and memory",
    "S5": "what tasks write on their own disk is gone with them, and encrypted by a key of AWS; not a setting",
    "S6": "aws:defaultTags tags all that the provider makes; without a tag that names the stack, access/ refuses it",
    "S7": "about instances of EC2 and about Windows: tasks run on Fargate with Linux",
    "E6": "what a scan of ECR finds is known in AWS alone",
    "L12": "a stack has one load balancer, which is for the world; nothing internal has one",
    "N2": "part of N1, which leaves no other port open than 80 and 443",
    "N10": "settings/rules.py refuses a network without NAT and endpoints, and preflight looks at those that exist",
    "K1": "the program makes no key",
    "M1": "the program makes no secret: it names those that exist",
    "M2": "the program makes no secret: who makes one rotates it",
    "M3": "the program makes no secret: who makes one removes it",
    "M4": "the scan of the tree for secrets, and audit/secrecy.py, which reads the stack files",
}


def faults(program: Program) -> list[Fault]:
    """All that breaks a rule."""
    return [
        Fault(
            rule=rule.id,
            resource=f"{program.stack}/{breach.resource.address}",
            requires=rule.requires,
            found=f"{breach.property}: {breach.found}",
        )
        for rule in RULES
        for breach in rule.breaches(program)
    ]
