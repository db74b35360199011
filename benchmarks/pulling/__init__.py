"""The first pull of a till's customers, and the next ones: rows 4, 5, 6 and 12."""
