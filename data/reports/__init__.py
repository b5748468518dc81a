"""What users report of stations: taken without identity, never published, a work list for people.

``reports``  storing, deciding, reading
"""
