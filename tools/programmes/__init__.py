"""What tools/programme_pages is made of."""
