"""Addresses and salutations: the values of a letter's holes, postal and e-mail addresses, the envelope window."""
