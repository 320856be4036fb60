"""Every rule about a value of one service: where the finding points, what it says and shows, what to do."""

from pathlib import Path

import pytest

from finding import Finding
from tests.samples import REPOSITORY, Edit, faults

VERSION, HEALTH = 'version: "1.0.1"', "path: /api/health"
BACKEND = "pairva:deployment.backend"
QUOTE = "write it in quotes: without them YAML makes the number 1.1 of 1.10"
TAG = 'write up to 128 letters, digits and . _ -, for example "1.0.2"'
NETWORK = 'write a network address and its length, for example "10.20.0.0/16"'
SIZES = "use one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768"
DESCRIPTION = "use up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
DIGEST = "write sha256: and 64 hexadecimal digits, as ECR shows it"

# An edit of the sample; then line and key, what, found, remedy.
CASES: dict[str, tuple[Edit, str, str, str, str]] = {
    "a release without words": (
        (REPOSITORY, "repository: existing\n      release: []"),
        f"15: {BACKEND}.release",
        "has 0 items",
        "",
        "list at least 1 item",
    ),
    "a release in one text": (
        (REPOSITORY, "repository: existing\n      release: node migrate.js"),
        f"15: {BACKEND}.release",
        "is not a list",
        "",
        "write a list, for example [one, two], or [] for none",
    ),
    "a release that begins with nothing": (
        (REPOSITORY, 'repository: existing\n      release: ["", up]'),
        f"15: {BACKEND}.release",
        "begins with an empty text",
        "",
        "begin with the program, or with what the image's ENTRYPOINT takes",
    ),
    "a release with a number": (
        (REPOSITORY, "repository: existing\n      release: [node, 3]"),
        f"15: {BACKEND}.release[1]",
        "is not text",
        "",
        "write it in quotes",
    ),
    "a release with a password": (
        (REPOSITORY, "repository: existing\n      release: [migrate, 'mongodb://pairva:hunter2@db/pairva']"),
        f"15: {BACKEND}.release[1]",
        "holds a password or key, and this is plain text for everyone who may read ECS or the image",
        "",
        "store the value in Secrets Manager and name its ARN under secrets:",
    ),
    "a release that is too long": (
        (REPOSITORY, f"repository: existing\n      release: [sh, -c, {'x' * 2985}]"),
        f"15: {BACKEND}.release",
        "is longer than 3000 characters as JSON, and must fit into a parameter of 4096",
        "",
        "put it into the image as a script, and name that",
    ),
    "latest": (
        (VERSION, "version: latest"),
        f"13: {BACKEND}.version",
        "'latest' is no version: it says nothing about what runs",
        "latest",
        'name one release, for example "1.0.2"',
    ),
    "empty version": ((VERSION, 'version: ""'), f"13: {BACKEND}.version", "is not an image tag", '""', TAG),
    "version with a colon": (
        (VERSION, 'version: "a:b"'),
        f"13: {BACKEND}.version",
        "is not an image tag",
        '"a:b"',
        TAG,
    ),
    "version of 129 characters": (
        (VERSION, f'version: "{"1" * 129}"'),
        f"13: {BACKEND}.version",
        "is not an image tag",
        f'"{"1" * 129}"',
        TAG,
    ),
    "unquoted 1.10": ((VERSION, "version: 1.10"), f"13: {BACKEND}.version", "is not text", "1.10", QUOTE),
    "no such CPU size": (
        ("cpu: 512", "cpu: 500"),
        f"17: {BACKEND}.cpu",
        "is no CPU size of Fargate",
        "500",
        SIZES,
    ),
    "CPU in words": (
        ("cpu: 512", "cpu: half"),
        f"17: {BACKEND}.cpu",
        "is not a whole number",
        "half",
        "write a whole number",
    ),
    "half a CPU": (
        ("cpu: 512", "cpu: 0.5"),
        f"17: {BACKEND}.cpu",
        "is not a whole number",
        "0.5",
        "write a whole number",
    ),
    "count that is a switch": (
        ("count: 1", "count: true"),
        f"19: {BACKEND}.count",
        "is not a whole number",
        "true",
        "write a whole number",
    ),
    "no such memory size": (
        ("memory: 1024", "memory: 1500"),
        f"18: {BACKEND}.memory",
        "is no memory size of Fargate with cpu 512",
        "1500",
        "use one of 1024, 2048, 3072, 4096",
    ),
    "port of root": (
        ("port: 3000", "port: 1023"),
        f"15: {BACKEND}.port",
        "is a port that only root may listen on, and containers do not run as root",
        "1023",
        "use 1024 to 65535",
    ),
    "port 0": (("port: 3000", "port: 0"), f"15: {BACKEND}.port", "is not a port", "0", "use 1024 to 65535"),
    "port 65536": (("port: 3000", "port: 65536"), f"15: {BACKEND}.port", "is not a port", "65536", "use 1024 to 65535"),
    "port 70000": (("port: 3000", "port: 70000"), f"15: {BACKEND}.port", "is not a port", "70000", "use 1024 to 65535"),
    "path without a slash": (
        ("path: /api/*", "path: api/*"),
        f"16: {BACKEND}.path",
        "is not a path pattern",
        "api/*",
        'begin with a slash, for example "/api/*"',
    ),
    "path of 129 characters": (
        ("path: /api/*", f"path: /{'a' * 128}"),
        f"16: {BACKEND}.path",
        "is not a path pattern",
        f"/{'a' * 128}",
        'begin with a slash, for example "/api/*"',
    ),
    "health path without a slash": (
        (HEALTH, "path: api"),
        f"21: {BACKEND}.health.path",
        "is not a path",
        "api",
        'begin with a slash, for example "/api/health"',
    ),
    "status codes": (
        (HEALTH, f"{HEALTH}\n        codes: 2xx"),
        f"22: {BACKEND}.health.codes",
        "is not a list of status codes from 200 to 499",
        "2xx",
        'for example "200" or "200-299"',
    ),
    "health command without its form": (
        ("[CMD, python3, /app/health.py]", "[python3, /app/health.py]"),
        f"22: {BACKEND}.health.command",
        "begins with neither CMD nor CMD-SHELL",
        "",
        'for example ["CMD", "python3", "/app/health.py"]',
    ),
    "several texts for the shell": (
        ("[CMD, python3, /app/health.py]", '[CMD-SHELL, curl, "-f", "http://localhost:3000"]'),
        f"22: {BACKEND}.health.command",
        "has several texts after CMD-SHELL: the shell runs the first alone",
        "",
        "write one text after it",
    ),
    "a whole line as program": (
        ("[CMD, python3, /app/health.py]", '[CMD, "curl -f http://localhost:3000"]'),
        f"22: {BACKEND}.health.command",
        "names a program with a space in it",
        "",
        "write each word as a text of its own, or CMD-SHELL",
    ),
    "timeout as long as the interval": (
        (HEALTH, f"{HEALTH}\n        intervalSeconds: 10\n        timeoutSeconds: 10"),
        f"23: {BACKEND}.health.timeoutSeconds",
        "is not below intervalSeconds",
        "10",
        "let a check end before the next one begins",
    ),
    "interval below the timeout that nobody wrote": (
        (HEALTH, f"{HEALTH}\n        intervalSeconds: 10"),
        f"20: {BACKEND}.health.timeoutSeconds",
        "is not below intervalSeconds",
        "15",
        "let a check end before the next one begins",
    ),
    "digest of what is built": (
        (REPOSITORY, f"repository: existing\n      build: {{context: app}}\n      digest: sha256:{'a' * 64}"),
        f"16: {BACKEND}.digest",
        "pins an image that build makes",
        f"sha256:{'a' * 64}",
        "keep digest to promote, or build to build",
    ),
    "digest cut short": (
        (REPOSITORY, f"repository: existing\n      digest: sha256:{'a' * 63}"),
        f"15: {BACKEND}.digest",
        "is not an image digest",
        f"sha256:{'a' * 63}",
        DIGEST,
    ),
    "build that sets VERSION": (
        (REPOSITORY, "repository: existing\n      build:\n        context: app\n        args: {VERSION: x}"),
        f"17: {BACKEND}.build.args",
        "sets VERSION, which every build is given",
        "",
        "remove it: the service's version is passed",
    ),
    "relative writable path": (
        ("[/tmp]", "[/tmp, cache]"),
        f"27: {BACKEND}.writable[1]",
        "is not an absolute path inside the container",
        "cache",
        'for example "/tmp"',
    ),
    "secret in plain sight": (
        ("NODE_ENV: production", "JWT_SECRET_OLD: a\n        X: b"),
        f"24: {BACKEND}.environment.JWT_SECRET_OLD",
        "looks like a secret, and this is plain text for everyone who may read ECS or the image",
        "",
        "store the value in Secrets Manager and write secrets: {JWT_SECRET_OLD: <its ARN>}",
    ),
    "name in environment and secrets": (
        ("JWT_SECRET:", "NODE_ENV:"),
        f"26: {BACKEND}.secrets.NODE_ENV",
        "is in environment, too",
        "",
        "keep it in one of the two",
    ),
    "way out to no network": (
        ("writable: [/tmp]", "egress:\n        - {cidr: 10.0.0.0/33, port: 27017, description: MongoDB}"),
        f"28: {BACKEND}.egress[0].cidr",
        "is not an IPv4 network",
        "10.0.0.0/33",
        NETWORK,
    ),
    "description that EC2 refuses": (
        ("writable: [/tmp]", "egress:\n        - {cidr: 10.0.0.0/8, port: 27017, description: Grüße}"),
        f"28: {BACKEND}.egress[0].description",
        "is not a description that EC2 takes",
        "Grüße",
        DESCRIPTION,
    ),
    "description of 256 characters": (
        ("writable: [/tmp]", f"egress:\n        - {{cidr: 10.0.0.0/8, port: 27017, description: {'a' * 256}}}"),
        f"28: {BACKEND}.egress[0].description",
        "is not a description that EC2 takes",
        "a" * 256,
        DESCRIPTION,
    ),
    "no description": (
        ("writable: [/tmp]", 'egress:\n        - {cidr: 10.0.0.0/8, port: 27017, description: ""}'),
        f"28: {BACKEND}.egress[0].description",
        "is not a description that EC2 takes",
        '""',
        DESCRIPTION,
    ),
}


@pytest.mark.parametrize(("edit", "where", "what", "found", "remedy"), CASES.values(), ids=CASES)
def test_a_bad_value_is_named_with_its_place_and_remedy(
    edit: Edit, where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, edit) == [Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)]
