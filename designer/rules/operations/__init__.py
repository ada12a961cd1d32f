"""What is needed to keep it running."""
