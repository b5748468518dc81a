from data import schema


def test_a_fresh_database_is_at_the_schema_of_the_program(connection):
    schema.check(connection)
    assert schema.migrate(connection) == []
