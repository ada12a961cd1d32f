"""What survives: availability, durability, and what one failure takes away."""
