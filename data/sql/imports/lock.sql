-- No other writer until the transaction ends, so that what is matched is what is updated; readers go on.
LOCK TABLE yizhan.station IN SHARE ROW EXCLUSIVE MODE
