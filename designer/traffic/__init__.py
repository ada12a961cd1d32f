"""How requests flow.

routing.py turns a drawing into plans (who calls whom for what) and a network of visits, rates.py finds how often each
visit is made and what caches answer (caching.py, with the closed forms of copies.py and popularity.py), accounts.py
adds that up to flows and loads; propagation.py is the way in. equations.py solves the traffic equations of an open
network with feedback. model.py has the values they make.
"""
