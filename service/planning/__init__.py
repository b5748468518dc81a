"""A study of coverage from its inputs: stations, demand, streets and candidates in, a folder of results out."""
