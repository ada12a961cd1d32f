"""What could be left out."""
