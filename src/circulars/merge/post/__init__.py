"""Sends letters by e-mail: messages, the outbox with the state of each, and the SMTP connection."""
