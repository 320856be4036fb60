"""What a preview of the engine says, as a reviewer needs it. Pure: it asks nobody."""
