"""Forms in a notebook or on a page of the office's own machine: what they show is Chinese, masked, and kept nowhere."""
