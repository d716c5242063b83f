"""Questions asked of what was credited: why, what if, and over the years."""
