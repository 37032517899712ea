"""One letter to many addressees: each in their language, none twice, none lost. :mod:`front` is the door."""
