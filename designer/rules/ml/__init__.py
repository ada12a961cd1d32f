"""Rules about models: what they cost, how soon they answer, who checks them."""
