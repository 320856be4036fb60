"""Stand-ins for provider plugins that cannot be downloaded; test doubles, and strict ones."""
