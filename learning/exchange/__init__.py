"""Question files of other systems: read what they say, plan what that would do in a bank, show it, execute all of it."""
