"""How busy, how slow, how dear: utilisation, response times, growth and cost."""
