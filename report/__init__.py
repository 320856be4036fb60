"""What happened in a deployment, from what the engine and AWS recorded of it. Pure: it asks nobody."""
