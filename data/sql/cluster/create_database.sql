-- The registry's database; the identifier is its name.
CREATE DATABASE {name}
