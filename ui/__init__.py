"""The window: the only half that knows Qt, above the engine and imported by nothing in it."""
