"""Files for a printer: many copies in one file, labels, envelopes."""
