"""This machine: an engine, Docker and an emulated AWS for the `local` stack. Nothing else knows it."""
