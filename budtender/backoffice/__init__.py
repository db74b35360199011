"""The back office: what a manager does. Each room takes the part of a register that it needs; none knows another."""
