"""What carries the traffic, today and as the data grows."""
