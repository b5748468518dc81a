-- Who changes the registry, for the history, until the end of this transaction. Parameters: actor.
SELECT set_config('yizhan.actor', %(actor)s, true)
