"""Selections (推树): candidates ranked by their score cards, and the four steps that none may skip.

``shortlist``   a ranking by rule, with reasons and ties: pure
``workdays``    how long a public notice lasts
``campaigns``   what a selection asks: rules, quotas, days of notice
``candidates``  where each station stands: recommended, reviewed, in public notice, confirmed, returned
"""
