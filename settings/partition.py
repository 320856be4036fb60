"""AWS's partitions: an account, its roles and its registry exist in one of them only."""


def partition(region: str) -> str:
    """The partition of a region, as ARNs begin with it."""
    return next((f"aws-{part}" for part in ("cn", "us-gov") if region.startswith(f"{part}-")), "aws")
