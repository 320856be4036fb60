"""One good stack file, edited by each test into the one it needs."""

from functools import cache
from pathlib import Path

from finding import Finding
from settings import stack_file
from settings.stack import Stack
from tests.recording import handed_over

SAMPLE = """\
config:
  aws:region: us-east-1
  aws:allowedAccountIds:
    - "039612856036"
  pairva:deployment:
    architecture: X86_64
    logRetentionDays: 30
    network:
      cidr: 10.20.0.0/16
      zones: [us-east-1a, us-east-1b]
      nat: one
    backend:
      version: "1.0.1"
      repository: existing
      port: 3000
      path: /api/*
      cpu: 512
      memory: 1024
      count: 1
      health:
        path: /api/health
        command: [CMD, python3, /app/health.py]
      environment:
        NODE_ENV: production
      secrets:
        JWT_SECRET: arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf
      writable: [/tmp]
    frontend:
      version: "1.0.1"
      repository: existing
      port: 8080
      path: /*
      cpu: 256
      memory: 512
      count: 2
      health: {path: /, command: [CMD, python3, /app/health.py]}
    alarmEmails: []
"""

# What a test edits most: the backend's, which stand first.
REPOSITORY = "repository: existing"
BUILD = ("repository: existing", "repository: existing\n      build: {context: app}")
OWNED_BUILD = ("repository: existing", "repository: owned\n      build: {context: app}")
KEY = "arn:aws:kms:us-east-1:039612856036:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DOMAIN = ("alarmEmails: []", "alarmEmails: []\n    domain: {name: pairva.example.com, zone: example.com}")

Edit = tuple[str, str]


def keys(written: str) -> Edit:
    """Customer keys, in a line of their own: the eighth."""
    return ("logRetentionDays: 30", f"logRetentionDays: 30\n    keys: {written}")


def in_region(region: str, partition: str = "aws") -> list[Edit]:
    """What makes the sample a stack of another region."""
    return [
        ("us-east-1\n", f"{region}\n"),
        ("us-east-1a, us-east-1b", f"{region}a, {region}b"),
        ("arn:aws:secretsmanager:us-east-1", f"arn:{partition}:secretsmanager:{region}"),
    ]


def edited(*edits: Edit) -> str:
    """The sample with the first occurrence of each old text replaced by the new one."""
    text = SAMPLE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def read(text: str, file: Path, name: str = "test") -> Stack | list[Finding]:
    """A stack file of that text, read as the program does: from what the engine hands over."""
    return stack_file.read(name, handed_over(text), file)


def faults(folder: Path, *edits: Edit) -> list[Finding]:
    """What is wrong with the sample after these edits."""
    file = folder / "Pulumi.test.yaml"
    file.write_text(edited(*edits))
    result = stack_file.load(file)
    return [] if isinstance(result, Stack) else result


@cache
def stack(*edits: Edit) -> Stack:
    """The sample as a stack, after edits that leave it good."""
    result = read(edited(*edits), Path("nowhere"))
    assert isinstance(result, Stack), result
    return result
