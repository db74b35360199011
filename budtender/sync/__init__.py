"""The integration logic: what is owed goes out, what remote systems say comes in, lost answers are settled."""
