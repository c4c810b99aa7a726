"""Inputs that nobody would write, by the thousand: `make fuzz`."""
