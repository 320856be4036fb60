"""The AWS types that the stand-in implements: one table for each of boto3's services."""
