"""What users report of stations: taken without identity, never published, a work list for people.

``reports``   storing, deciding, reading
``worklist``  both lists as Excel: reports to decide, stations to look at next
"""
