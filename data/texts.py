"""What a user may read of this wing, Chinese first, English second (see ``geo.texts``)."""
