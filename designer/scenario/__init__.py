"""What is asked: scenarios, read from YAML."""
