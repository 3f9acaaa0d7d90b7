"""The repository as readers meet it: list and facets, export, what is related."""
