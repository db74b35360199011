"""What pages are made of: every control draws itself from the theme, is 48 px at least and shows its focus."""
