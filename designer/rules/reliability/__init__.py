"""What survives a failure."""
