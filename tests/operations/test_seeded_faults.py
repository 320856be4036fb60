"""One fault a row, seeded into the good sample, and all that `pairva check` prints then."""

from pathlib import Path

import pytest

from tests.operations.checking import check, stack_file
from tests.samples import Edit

D, B = "pairva:deployment", "pairva:deployment.backend"
REGION, RETENTION, PORT = "aws:region: us-east-1", "logRetentionDays: 30", "port: 3000"
ENVIRONMENT, WRITABLE, COMMAND = "NODE_ENV: production", "writable: [/tmp]", "[CMD, python3, /app/health.py]"
SECRET = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
REPLACED = "is a placeholder that nobody replaced"
WRITE_IT = "write the value itself: nothing replaces it"
COPY_IT = "copy the whole ARN from AWS; it must be of this stack's account and region"
PLAIN = "and this is plain text for everyone who may read ECS or the image"
EMPTY = "is left empty"
FILL_IT = "write its value, or remove the key"
WHOLE, SWITCH = "write a whole number", "write true or false, without quotes"
AN_ARN = (
    "store the value in Secrets Manager and write its ARN, "
    'for example "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/mongodb-uri"'
)


def after(line: str, more: str, indent: int = 6) -> Edit:
    return line, f"{line}\n{' ' * indent}{more}"


# What is edited; then line, key and what is wrong; found; remedy.
FAULTS: list[tuple[Edit, str, str, str]] = [
    # keys
    ((PORT, "Port: 3000"), f"15: {B}.Port: no such key", "", "did you mean port?"),
    ((WRITABLE, "writeable: [/tmp]"), f"27: {B}.writeable: no such key", "", "did you mean writable?"),
    (
        after(PORT, "desired_count: 2"),
        f"16: {B}.desired_count: no such key",
        "",
        f"correct its name, or remove it from {B}",
    ),
    ((REGION, "aws:regoin: us-east-1"), "2: aws:regoin: no such key", "", "did you mean aws:region?"),
    (
        ("config:", "config:\n  docker:host: a"),
        "2: docker:host: no such key",
        "",
        "correct its name, or remove it from config:",
    ),
    (
        ("config:", "encryptedKey: a\nconfig:"),
        "1: encryptedKey: no such key beside config:",
        "",
        "did you mean encryptedkey?",
    ),
    (("      cpu: 512\n", ""), f"12: {B}.cpu: the key is missing", "", f"add it to {B}"),
    ((f"  {REGION}\n", ""), " aws:region: the key is missing", "", "add it to config:"),
    (("        path: /api/health\n", ""), f"20: {B}.health.path: the key is missing", "", f"add it to {B}.health"),
    (after(PORT, "port: 3001"), "16: holds a key twice", "port", "keep one of the two"),
    # nothing where a value belongs
    (after(PORT, "smoke:"), f"16: {B}.smoke: {EMPTY}", "", FILL_IT),
    ((f"        {ENVIRONMENT}\n", ""), f"23: {B}.environment: {EMPTY}", "", FILL_IT),
    ((REGION, "aws:region:"), f"2: aws:region: {EMPTY}", "", FILL_IT),
    # types
    ((PORT, 'port: "3000"'), f"15: {B}.port: is not a whole number", '"3000"', WHOLE),
    (("count: 1", "count: 1.5"), f"19: {B}.count: is not a whole number", "1.5", WHOLE),
    ((RETENTION, f"{RETENTION}\n    protect: no"), f"8: {D}.protect: is neither true nor false", "no", SWITCH),
    (
        after("repository: existing", 'build: {context: a, mutableTag: "yes"}'),
        f"15: {B}.build.mutableTag: is neither true nor false",
        '"yes"',
        SWITCH,
    ),
    ((ENVIRONMENT, "PORT: 3000"), f"24: {B}.environment.PORT: is not text", "", "write it in quotes"),
    (
        (WRITABLE, "writable: /tmp"),
        f"27: {B}.writable: is not a list",
        "/tmp",
        "write a list, for example [one, two], or [] for none",
    ),
    ((ENVIRONMENT, "LEVEL: {a: b}"), f"24: {B}.environment.LEVEL: is not text", "", "write a text here"),
    (after(PORT, "smoke: /version"), f"16: {B}.smoke: is not a table", "/version", "write a table of keys here"),
    (
        ('version: "1.0.1"', "version: 2025-04-30"),
        f"13: {B}.version: is a date to YAML",
        "2025-04-30",
        "write it in quotes",
    ),
    # placeholders
    (('version: "1.0.1"', 'version: "${VERSION}"'), f"13: {B}.version: {REPLACED}", "${VERSION}", WRITE_IT),
    ((PORT, "port: <PORT>"), f"15: {B}.port: {REPLACED}", "<PORT>", WRITE_IT),
    ((ENVIRONMENT, 'URL: "{{url}}/api"'), f"24: {B}.environment.URL: {REPLACED}", "{{url}}", WRITE_IT),
    ((ENVIRONMENT, '"%NAME%": a'), f"24: {B}.environment.%NAME%: {REPLACED}", "%NAME%", WRITE_IT),
    (
        (COMMAND, '[CMD, curl, "http://localhost:${PORT}/"]'),
        f"22: {B}.health.command[2]: {REPLACED}",
        "${PORT}",
        WRITE_IT,
    ),
    ((REGION, f"{REGION}\n  aws:profile: REPLACE_ME"), f"3: aws:profile: {REPLACED}", "REPLACE_ME", WRITE_IT),
    (
        (ENVIRONMENT, "TOPIC: Output[str]"),
        f"24: {B}.environment.TOPIC: is an Output that Python turned into text: its value was not known yet",
        "Output[str]",
        WRITE_IT,
    ),
    (
        (ENVIRONMENT, "TOPIC: arn:aws:sns:us-east-1:None:news"),
        f"24: {B}.environment.TOPIC: is an ARN in which a value is missing: it says None",
        "arn:aws:sns:us-east-1:None:news",
        COPY_IT,
    ),
    (
        (ENVIRONMENT, "TOPIC: arn:aws:sns::039612856036:news"),
        f"24: {B}.environment.TOPIC: is an ARN without its region",
        "arn:aws:sns::039612856036:news",
        COPY_IT,
    ),
    (
        after(REGION, "aws:defaultTags: {tags: {of: 'arn:aws:sns:eu-west-1:039612856036:news'}}", 2),
        "3: aws:defaultTags.tags.of: is an ARN of eu-west-1, a region that this stack file does not list",
        "arn:aws:sns:eu-west-1:039612856036:news",
        COPY_IT,
    ),
    (
        after(REGION, "aws:defaultTags: {tags: {of: 'arn:aws:iam::111122223333:role/x'}}", 2),
        "3: aws:defaultTags.tags.of: is an ARN of 111122223333, an account that this stack file does not list",
        "arn:aws:iam::111122223333:role/x",
        COPY_IT,
    ),
    # secrets
    ((SECRET, "hunter2"), f"26: {B}.secrets.JWT_SECRET: is not the ARN of a secret or parameter", "", AN_ARN),
    (
        (ENVIRONMENT, "API_TOKEN: hunter2"),
        f"24: {B}.environment.API_TOKEN: looks like a secret, {PLAIN}",
        "",
        "store the value in Secrets Manager and write secrets: {API_TOKEN: <its ARN>}",
    ),
    (
        (ENVIRONMENT, "UPSTREAM: mongodb+srv://pairva:hunter2@example.net/"),
        f"24: {B}.environment.UPSTREAM: holds a password or key, {PLAIN}",
        "",
        "store the value in Secrets Manager and name its ARN under secrets:",
    ),
    (
        after("repository: existing", "build: {context: a, args: {ID: AKIAIOSFODNN7EXAMPLE}}"),
        f"15: {B}.build.args.ID: holds a password or key, {PLAIN}",
        "",
        "store the value in Secrets Manager and name its ARN under secrets:",
    ),
    # bounds and choices
    (("count: 1", "count: 0"), f"19: {B}.count: is below 1", "0", "write 1 to 1000"),
    ((COMMAND, "[CMD]"), f"22: {B}.health.command: has 1 item", "", "list at least 2 items"),
    (
        ("X86_64", "arm64"),
        f"6: {D}.architecture: is not a value that means something here",
        "arm64",
        "write 'X86_64' or 'ARM64'",
    ),
    (
        ("cpu: 512", "cpu: 500"),
        f"17: {B}.cpu: is no CPU size of Fargate",
        "500",
        "use one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
    ),
    (
        ("memory: 1024", "memory: 512"),
        f"18: {B}.memory: is no memory size of Fargate with cpu 512",
        "512",
        "use one of 1024, 2048, 3072, 4096",
    ),
    (
        ("path: /api/health", "path: /api/../health"),
        f"21: {B}.health.path: leads up by .., which some programs resolve before they ask and some do not",
        "/api/../health",
        "write it without",
    ),
    (
        after(PORT, "smoke: {path: /api/..}"),
        f"16: {B}.smoke.path: leads up by .., which some programs resolve before they ask and some do not",
        "/api/..",
        "write it without",
    ),
    (
        ("10.20.0.0/16", "8.8.0.0/16"),
        f"9: {D}.network.cidr: is a public network, whose addresses belong to others",
        "8.8.0.0/16",
        "use one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
    ),
    (
        ("10.20.0.0/16", "10.20.1.0/16"),
        f"9: {D}.network.cidr: is not an IPv4 network",
        "10.20.1.0/16",
        'write a network address and its length, for example "10.20.0.0/16"',
    ),
    (
        ("alarmEmails: []", "alarmEmails: [a@example.com, A@example.com]"),
        f"37: {D}.alarmEmails: names an address twice",
        "",
        "name each address once",
    ),
    # between two values
    (
        ("nat: one", "nat: none"),
        f"11: {D}.network.nat: leaves tasks in private subnets no way to pull an image or write a log",
        "none",
        "add endpoints: true, or use one or perZone; none alone is for an emulator that aws:endpoints names",
    ),
    (
        ("path: /*", "path: /api/*"),
        f"32: {D}.frontend.path: is the path that backend answers on",
        "/api/*",
        "give each service a path of its own",
    ),
    (
        ("JWT_SECRET:", "NODE_ENV:"),
        f"26: {B}.secrets.NODE_ENV: is in environment, too",
        "",
        "keep it in one of the two",
    ),
    # what newer settings must not say
    (
        after(RETENTION, "builtBy: test", 4),
        f"8: {D}.builtBy: is this stack itself, which proves a version only by deploying it",
        "test",
        "name the stack that builds what this one promotes, for example staging, or remove builtBy",
    ),
    (
        after(RETENTION, "requireProof: true", 4),
        f"8: {D}.requireProof: asks for a proof, and nothing says whose",
        "true",
        "name the stack that builds what this one promotes: builtBy: staging",
    ),
    (
        after(RETENTION, "registry: {}", 4),
        f"8: {D}.registry: names nothing",
        "",
        "name the account or region whose ECR holds the images, or remove it",
    ),
    (
        after(RETENTION, "domain: {name: pairva.example.org, zone: example.com}", 4),
        f"8: {D}.domain.name: does not lie in the zone example.com",
        "pairva.example.org",
        'end it with the zone, for example "pairva.example.com"',
    ),
    (
        after(RETENTION, 'domain: {name: "https://pairva.example.com", zone: example.com}', 4),
        f"8: {D}.domain.name: begins with a scheme",
        '"https://pairva.example.com"',
        'write the name alone, for example "pairva.example.com"',
    ),
    (
        ("count: 1", "scaling: {min: 2, max: 6}"),
        f"19: {B}.scaling: names no load to scale by",
        "",
        "add cpuPercent or memoryPercent or requestsPerTarget, for example cpuPercent: 60",
    ),
    (
        after("count: 1", "scaling: {min: 2, max: 6, cpuPercent: 60}"),
        f"20: {B}.scaling: is beside count, and each says how many tasks run",
        "",
        "keep count for a fixed number, or scaling to follow the load",
    ),
    (
        ("count: 1", "scaling: {min: 6, max: 2, cpuPercent: 60}"),
        f"19: {B}.scaling.max: is not above min, and leaves nothing to scale",
        "2",
        "raise it, or write count instead of scaling",
    ),
    (
        after(WRITABLE, "exec: true"),
        f"28: {B}.exec: cannot work on a read-only root: the agent of ECS Exec writes to the "
        "container's own file system",
        "true",
        "write readOnlyRoot: false beside it, or exec: false",
    ),
    (
        after(PORT, "executionRole: arn:aws:iam::111111111111:role/start"),
        f"16: {B}.executionRole: is a role of account "
        "111111111111, and the stack's is 039612856036: ECS takes no role of another",
        "arn:aws:iam::111111111111:role/start",
        "name a role of account 039612856036, or remove executionRole: the stack then makes one",
    ),
    (
        (SECRET, SECRET.replace("us-east-1", "eu-west-1")),
        f"26: {B}.secrets.JWT_SECRET: is of region eu-west-1, and the "
        "stack is in account 039612856036, region us-east-1",
        SECRET.replace("us-east-1", "eu-west-1"),
        "replicate the secret to us-east-1, and write the ARN that it has there",
    ),
    (
        ("cidr: 10.20.0.0/16", "vpc: vpc-0a1b2c3d\n      cidr: 10.20.0.0/16"),
        f"8: {D}.network: says both vpc (a network that exists) and cidr, nat, zones (one that is made)",
        "",
        "keep vpc, publicSubnets and privateSubnets, or cidr, zones and nat",
    ),
    (
        (COMMAND, '[CMD-SHELL, curl, "-f"]'),
        f"22: {B}.health.command: has several texts after CMD-SHELL: the shell runs the first alone",
        "",
        "write one text after it",
    ),
]


@pytest.mark.parametrize(("edit", "where", "found", "remedy"), FAULTS, ids=[each[1] for each in FAULTS])
def test_one_fault_is_one_finding_and_this_is_all_that_is_printed(
    edit: Edit, where: str, found: str, remedy: str, tmp_path: Path
) -> None:
    result = check(stack_file(tmp_path, edit))
    shown = f"    found: {found}\n" if found else ""
    assert result.stdout == f"Pulumi.test.yaml:{where}\n{shown}    mend:  {remedy}\n"
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_stack_whose_name_makes_others_too_long_is_told_so(tmp_path: Path) -> None:
    name = "a" * 36
    assert check(stack_file(tmp_path, name=name)).stdout == (
        f"Pulumi.{name}.yaml: config: the stack's name makes the name of an EventBridge rule longer than the 64 "
        f'characters that AWS takes\n    found: "{name}"\n    mend:  use up to 35 letters (pulumi stack rename)\n'
    )
