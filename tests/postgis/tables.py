"""Two stations to try the database's own rules on, and short ways to ask it."""

STATION = """
INSERT INTO yizhan.station (station_id, name, source, position, given_x, given_y, given_coordsys)
VALUES (%s, '驿站', 'test', ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9, 'wgs84')
"""
VERDICT = """
INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters)
VALUES (%s, 'yes', 'clear_line', '临街', 'on the street', '{"edge_m": 8}', '{}')
"""


def run(conn, statement, *parameters):
    with conn.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def rows(conn, question, *parameters):
    with conn.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchall()


def ask(conn, question, *parameters):
    return rows(conn, question, *parameters)[0][0]


def data_version(conn):
    return ask(conn, "SELECT data_version FROM yizhan.registry")


def history(conn, after=0):
    return rows(
        conn,
        "SELECT entity, operation, old, new FROM yizhan.history WHERE data_version > %s ORDER BY history_id",
        after,
    )


def fill(conn):
    run(conn, STATION, "a")
    run(conn, STATION, "b")
    run(conn, VERDICT, "a")
