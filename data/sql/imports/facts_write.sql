-- The 24-hour facts as worked out. Parameters: four arrays of one length: rows, door, unattended, goods.
UPDATE merged_station AS m SET door_24h = f.door, unattended_24h = f.unattended, goods_24h = f.goods
FROM unnest(%(rows)s::integer[], %(door)s::text[], %(unattended)s::text[], %(goods)s::text[])
    AS f(row_no, door, unattended, goods)
WHERE m.row_no = f.row_no
