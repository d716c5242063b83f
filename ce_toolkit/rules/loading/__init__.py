"""From a TOML file to a pack: every fault in one pass, readings switched, layers laid one on the other."""
