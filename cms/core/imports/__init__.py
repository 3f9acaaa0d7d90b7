"""Files that bring content in: kept for whoever uploaded them, planned, shown, and executed whole or not at all."""
