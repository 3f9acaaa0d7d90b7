"""Use cases that cross applets. Each is one transaction; the clock, the person and what they may see are arguments."""
