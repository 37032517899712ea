"""Office packages, pictures and folders: what is read from files and written to them."""
