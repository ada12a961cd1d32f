"""What happens over time: a network of queues run event by event, from an explicit seed."""
