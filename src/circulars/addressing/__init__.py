"""Addressees on paper: postal addresses by country, lines of the envelope window, and what fills the holes."""
