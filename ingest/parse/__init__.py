"""A file into pages of blocks, one reader a format."""
