"""What strangers can reach."""
