"""Word documents in the style of the office."""
