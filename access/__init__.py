"""What the roles of a stack may do in AWS, from what its program registers and its checks ask. Pure: it asks nobody."""
