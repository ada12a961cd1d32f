"""Whether the answer is true."""
