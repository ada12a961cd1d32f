"""Models in service: what they are fed, how fast they answer, and whether they stay right."""
