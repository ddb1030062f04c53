"""Is the register of responsibility right? Rows marked by hand, and how many of them ingest finds."""
