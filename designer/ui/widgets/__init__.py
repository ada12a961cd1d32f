"""The parts pages are made of: each draws one thing from plain values."""
