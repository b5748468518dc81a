"""The haves: what a selection asks of a station, and what the registry knows of it, as met, unmet or unknown.

``facts``      what is known of one station, fact by fact, with kind and date
``rulesets``   which facts each have needs: data with a version, so that another city's six or eight are a file
``scorecard``  both together: the card of a station
``grounds``    reads from the registry what cards are made of
``form``       the declaration form (申报表) out
``answers``    filled forms back in
"""
