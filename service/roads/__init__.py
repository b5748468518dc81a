"""Travel on foot and by e-bike over HTTP: networks held by each worker, and stations by travel time.

``loading`` runs in a process of its own and makes networks of the registry's street map; ``stored`` writes them to a
folder and reads them back; ``keeper`` looks for changes of the street map and swaps networks; ``travelling`` finds
the stations that are reached soonest; ``telling`` writes answers.
"""
