"""What a budtender sees: one page a step, each by the word of the engine's room that it shows."""
