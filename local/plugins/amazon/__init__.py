"""The AWS types that the stand-in implements, one family of nouns a module."""
