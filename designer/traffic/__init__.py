"""How requests flow.

routing.py turns a drawing into plans (who calls whom for what), propagation.py turns plans into rates, and
popularity.py says how many of the reads a cache answers. model.py has the values they make.
"""
