"""How models are served."""
