-- From now on this session hears when keys change.
LISTEN yizhan_keys
