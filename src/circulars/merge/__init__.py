"""Mail merge: one letter to many addressees, each in their language, none twice, none lost. Import :mod:`front`."""
