"""Files of demand: who lives where, weighted points, presence by the half hour."""
