"""One file a question type. A module put here is found by the registry."""
