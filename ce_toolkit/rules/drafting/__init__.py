"""For those who write a pack: lint, difference, outline, schema, skeleton, boundary examples."""
