"""How fast the answer comes."""
