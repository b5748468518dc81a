"""What any street-facing rule must keep, whatever its numbers: laws that the definition implies.

Each example judges a batch of random scenes (``frontage_random``) before and after a change to all of them.
"""

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shapely import affinity

from geo.frontage import Parameters, StreetMap, verdicts
from tests.pure import frontage_random as drawn

BATCH = 50
FIRST_SEED = 100_000
P = Parameters()
LAW = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
batches = st.integers(0, 200).map(lambda n: [drawn.scene(FIRST_SEED + BATCH * n + i) for i in range(BATCH)])


def answers(scenes, parameters=P):
    found = drawn.by_rule(scenes, parameters)
    return list(zip(found["verdict"], found["rule"], strict=True))


def said(scenes, parameters=P):
    return [verdict for verdict, _ in answers(scenes, parameters)]


def without_facts(scene):
    told, here, layers = scene
    return {k: v for k, v in told.items() if not k.startswith(("visited", "declared"))}, here, layers


def reshaped(scene, change):
    """The scene with every shape changed, the station's point too."""
    told, here, layers = scene
    return told, change(here), {n: [(row, change(shape)) for row, shape in of] for n, of in layers.items()}


def with_layer(scene, name, things):
    return scene[0], scene[1], scene[2] | {name: things}


def lost_yes(before, after):
    """Places of the scenes that said yes and no longer do."""
    return [i for i, (b, a) in enumerate(zip(before, after, strict=True)) if b == "yes" != a]


# -- what must not matter


@LAW
@given(batches, st.integers(1, 7), st.booleans(), st.sampled_from([0.0, 731.25, -40_130.5]))
def test_turning_mirroring_and_moving_the_world_changes_nothing(scenes, eighths, mirror, shift):
    def change(shape):
        shape = affinity.scale(shape, xfact=-1.0, origin=(0, 0)) if mirror else shape
        return affinity.translate(affinity.rotate(shape, 45 * eighths, origin=(0, 0)), shift, -shift)

    assert answers([reshaped(scene, change) for scene in scenes]) == answers(scenes)


@LAW
@given(batches, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(scenes, random):
    def shuffled(scene):
        return scene[0], scene[1], {n: random.sample(things, len(things)) for n, things in scene[2].items()}

    assert answers([shuffled(scene) for scene in scenes]) == answers(scenes)


@LAW
@given(batches, st.integers(1, BATCH - 1), st.randoms(use_true_random=False))
def test_which_stations_are_judged_together_changes_nothing(scenes, cut, random):
    stations, layers = drawn.on_one_map(scenes)
    streets = StreetMap.from_layers(layers, drawn.CRS)
    mixed = stations.iloc[random.sample(range(BATCH), BATCH)]
    parts = [verdicts(mixed.iloc[:cut], streets), verdicts(mixed.iloc[cut:], streets)]
    apart = {index: row["evidence"] for part in parts for index, row in part.iterrows()}
    together = verdicts(stations, StreetMap.from_layers(layers, drawn.CRS))["evidence"]
    assert apart == together.to_dict()


@LAW
@given(batches)
def test_drawing_a_street_twice_also_from_its_other_end_changes_nothing(scenes):
    def doubled(scene):
        ways = scene[2]["streets"]
        return with_layer(scene, "streets", ways + [(row, shapely.reverse(line)) for row, line in ways])

    assert answers([doubled(scene) for scene in scenes]) == answers(scenes)


@LAW
@given(batches)
def test_drawing_a_wall_twice_also_from_its_other_end_changes_nothing(scenes):
    def doubled(scene):
        walls = scene[2]["barriers"]
        return with_layer(scene, "barriers", walls + [(row, shapely.reverse(line)) for row, line in walls])

    assert answers([doubled(scene) for scene in scenes]) == answers(scenes)


@LAW
@given(batches)
def test_what_stands_out_of_reach_changes_nothing(scenes):
    def with_more(scene):
        wall = ({"barrier": "wall"}, shapely.LineString([(900, 900), (950, 900)]))
        house = ({"building": "yes"}, shapely.box(-950, 900, -900, 920))
        scene = with_layer(scene, "barriers", [*scene[2]["barriers"], wall])
        return with_layer(scene, "buildings", [*scene[2]["buildings"], house])

    assert answers([with_more(scene) for scene in scenes]) == answers(scenes)


# -- what can only go one way


@LAW
@given(batches, st.integers(0, 1_000), st.sampled_from(["barriers", "buildings", "obstacles", "compounds"]))
def test_another_obstacle_never_makes_a_station_street_facing(scenes, seed, layer):
    # The anchor has to stay the same: no new house where the station, or one of the nine positions, stands.
    def hindered(scene, number):
        pen = drawn.Pen(10**6 + 100 * seed + number)
        if layer in ("barriers", "obstacles"):
            thing = pen.across(4, 45)
        else:
            thing = pen.box(*pen.rng.uniform(-60, 60, 2), 6, 60)
        if layer == "buildings":
            own = [shape for _, shape in scene[2]["buildings"]]
            if thing.distance(scene[1]) < 51 + P.snap_m or any(thing.intersects(o) for o in own):
                thing = affinity.translate(thing, 300, 0)
        tags = {"barrier": "wall", "building": "yes", "kind": "school", "closed": "yes"}
        tags["kind"] = "water" if layer == "obstacles" else "school"
        return with_layer(scene, layer, [*scene[2][layer], (tags, thing)])

    after = said([hindered(scene, n) for n, scene in enumerate(scenes)])
    assert lost_yes(after, said(scenes)) == []


@LAW
@given(batches)
def test_opening_gates_never_takes_a_yes_and_walling_them_up_never_gives_one(scenes):
    def opened(scene):
        gates = [({"barrier": "gate", "access": "yes"}, shape) for _, shape in scene[2]["gates"]]
        return with_layer(scene, "gates", gates)

    before = said(scenes)
    assert lost_yes(before, said([opened(scene) for scene in scenes])) == []
    assert lost_yes(said([with_layer(scene, "gates", []) for scene in scenes]), before) == []


@LAW
@given(batches)
def test_without_streets_geometry_knows_nothing(scenes):
    bare = [with_layer(without_facts(scene), "streets", []) for scene in scenes]
    assert set(said(bare)) == {"unknown"}


@LAW
@given(batches)
def test_cutting_a_street_in_two_at_a_new_node_keeps_a_yes(scenes):
    def cut(scene):
        ways = []
        for row, line in scene[2]["streets"]:
            if row.get("footway") == "sidewalk":
                ways.append((row, line))
            else:
                share = 0.3 + 0.4 * (abs(line.length) % 1)
                halves = [
                    shapely.ops.substring(line, *ends, normalized=True) for ends in ((0, share), (share, 1))
                ]
                ways += [(row, half) for half in halves]
        return with_layer(scene, "streets", ways)

    assert lost_yes(said(scenes), said([cut(scene) for scene in scenes])) == []


@LAW
@given(
    batches,
    st.sampled_from(
        [{"yes_m": 40.0}, {"reach_m": 90.0}, {"look_deg": 80.0}, {"stable_of_nine": 5}, {"gate_m": 4.0}]
    ),
)
def test_a_milder_number_keeps_every_yes(scenes, milder):
    assert lost_yes(said(scenes), said(scenes, replace(P, **milder))) == []


@LAW
@given(batches, st.integers(1, 6))
def test_asking_fewer_positions_to_agree_turns_no_answer_round(scenes, of_nine):
    strict, mild = said(scenes), said(scenes, replace(P, stable_of_nine=of_nine))
    plain = [
        i
        for i, scene in enumerate(scenes)
        if not any(k.startswith("declared") and v for k, v in scene[0].items())
    ]
    assert all(strict[i] in ("unknown", mild[i]) for i in plain)


@LAW
@given(batches)
def test_a_street_at_the_door_never_leaves_the_answer_no(scenes):
    # A public street is added right at an unhindered point: near enough, nothing between.
    def at_the_door(scene):
        x, y = scene[1].x, scene[1].y
        told = scene[0] | {"position_kind": "entrance", "accuracy_m": 0.0, "floor": np.nan, "layer": 0.0}
        way = (
            {"highway": "residential", "foot": "yes"},
            shapely.LineString([(x - 40, y + 0.9), (x + 40, y + 0.9)]),
        )
        return without_facts((told, scene[1], scene[2] | {"streets": [*scene[2]["streets"], way]}))

    found = answers([at_the_door(scene) for scene in scenes])
    assert "no" not in {verdict for verdict, _ in found}
