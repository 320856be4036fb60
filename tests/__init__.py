"""The tests of the program, in the folders of what they are of."""

import gc
import warnings

# Looking for garbage again and again is a quarter of the tests' time; once, at the end, tells what nobody closed
# (conftest.py). Here, since nothing is imported earlier.
gc.disable()

import pulumi_aws  # noqa: E402

# It warns of its own deprecated modules whenever one of their neighbours is first used.
with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
    _ = pulumi_aws.ec2.Vpc, pulumi_aws.s3.Bucket
