-- Where COPY puts the rows of a file; gone with the transaction. One row per row of the file, rejected ones too.
-- NULL = not stated. lon, lat: WGS-84 degrees; given_*: as given. computed_*: the 24-hour facts of a new station.
-- exact: the row comes from an export, so an empty cell of a present column means "none".
CREATE TEMPORARY TABLE staged_station (
    row_no integer PRIMARY KEY, rejected boolean NOT NULL, exact boolean NOT NULL,
    station_id text, new_id text NOT NULL, code text, external_ids jsonb, name text, address text, city text,
    district text, township text, adcode text, township_code text, brand text, operator text, host text,
    host_kind text, kind text, audience text, status text, status_reason text, floor smallint, capacity integer,
    area_m2 double precision, phone text, lon double precision, lat double precision, position_kind text,
    accuracy_m double precision, given_x double precision, given_y double precision, given_coordsys text,
    hours_posted text, opening_hours text, makeup_days boolean, hours_stated boolean, access_method text,
    door_24h text, unattended_24h text, goods_24h text, computed_door_24h text, computed_unattended_24h text,
    computed_goods_24h text, facilities jsonb, street_door text, in_compound text, registration_required text,
    declared_by text, declared_on date, source text NOT NULL, provenance jsonb NOT NULL, verified_at date,
    version integer, data_version bigint
) ON COMMIT DROP
