"""``python -m circulars``: the same as the command ``circulars``."""

from circulars.cli import main

raise SystemExit(main())
