"""What goes to a printer: many copies in one file, labels, envelopes."""
