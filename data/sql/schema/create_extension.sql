-- PostGIS where the migrations look for it. Needs a superuser or the owner's leave.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public
