"""What it costs, and for what."""
