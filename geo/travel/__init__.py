"""Travel times on a network: the nearest facility for everybody, all pairs within a limit, one trip and its path.

Trips lead from demand (where the worker is) to a facility (the station), so the search from facilities runs on the
reversed graph. A trip is: the straight leg to the street, along segments, the straight leg to the door; legs are
made at the same speed. Two places on one segment reach each other along it directly, where its direction allows;
a place that stands exactly at a node needs no direction to get there.

Method: Dijkstra 1959, by ``scipy.sparse.csgraph.dijkstra``; for the nearest of many facilities one search with all of
them as sources (Erwig 2000, network Voronoi). Facilities stand between nodes, so each is a node of its own that only
leads out, to one or both ends of its segment (``ends``).
"""

from geo.travel.catchment import catchments
from geo.travel.pairs import within
from geo.travel.soonest import nearest, to_nodes
from geo.travel.trip import Search, Trips, path, search, trips

__all__ = ["Search", "Trips", "catchments", "nearest", "path", "search", "to_nodes", "trips", "within"]
