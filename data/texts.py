"""What a user may read of this wing, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

# -- opening hours and holidays

# -- cluster and database

# -- street map

# -- import, export, template

# -- sample
