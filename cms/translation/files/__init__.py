"""Files of the translation desk: PO and XLIFF out and in, TMX for the memory. Parsed, planned, shown, executed whole or not at all."""
