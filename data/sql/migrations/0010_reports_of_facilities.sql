-- Two broken facilities are two reports: the same is said twice only where the facility is the same as well.
ALTER TABLE yizhan.report DROP CONSTRAINT report_station_id_reason_address_hash_received_on_key;
CREATE UNIQUE INDEX report_once_a_day
    ON yizhan.report (station_id, reason, coalesce(facility, ''), address_hash, received_on);
