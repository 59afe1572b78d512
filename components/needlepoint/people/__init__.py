"""People who may use a collection: their passwords, roles, the parts that they may see, sessions, and a log of what they did."""
