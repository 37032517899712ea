"""Reads returned mail: from a mailbox, one message at a time, and says what each message is."""
