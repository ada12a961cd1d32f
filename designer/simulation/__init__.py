"""What happens over time: a network of queues run event by event, from an explicit seed."""

from designer.simulation.model import Network, Outcome
from designer.simulation.runs import simulate

__all__ = ["Network", "Outcome", "simulate"]
