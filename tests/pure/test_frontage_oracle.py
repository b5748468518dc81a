"""Thousands of random small scenes: the rule agrees with a second, plain reading of the definition.

The rule judges the scenes in batches, kilometres apart on one map; the plain reading sees each scene alone.
A failure names the seeds; ``frontage_random.scene(seed)`` draws one.
"""

from collections import Counter

import pytest

from geo.frontage import Parameters
from tests.pure import frontage_plain, frontage_random

BATCH = 500
GROUPS = {"clear_line": "clear_line", "lines_cut": "lines_cut", "no_street_near": "no_street_near"}
"""Rules that the definition fixes: those that say yes or no. Why an unknown is unknown may be told in turns."""


def by_hand(scene, parameters):
    told, here, drawn = scene
    layers = {name: [row | {"geometry": shape} for row, shape in things] for name, things in drawn.items()}
    return frontage_plain.judge(told, here, layers, parameters)


def differing(seeds, parameters):
    """Seeds on which the two readings disagree, with both answers; and how often the rule gave each."""
    scenes = [frontage_random.scene(seed) for seed in seeds]
    found = frontage_random.by_rule(scenes, parameters)
    differ, count = {}, Counter()
    for seed, scene, verdict, rule in zip(seeds, scenes, found["verdict"], found["rule"], strict=True):
        plain_verdict, plain_rule = by_hand(scene, parameters)
        same_rule = GROUPS.get(rule, plain_rule) == plain_rule
        if verdict != plain_verdict or not same_rule:
            differ[seed] = (verdict, rule, plain_verdict, plain_rule)
        count[verdict, rule] += 1
    return differ, count


@pytest.mark.parametrize("first", range(0, 2_000, BATCH))
def test_two_readings_of_the_definition_agree(first):
    differ, count = differing(range(first, first + BATCH), Parameters())
    assert differ == {}
    by_verdict, by_rule = Counter(), Counter()
    for (verdict, rule), n in count.items():
        by_verdict[verdict] += n
        by_rule[rule] += n
    # The scenes are worth judging: each answer is frequent, and so is each way to it.
    assert min(by_verdict[v] for v in ("yes", "no", "unknown")) >= BATCH / 10
    assert min(by_rule[r] for r in ("lines_cut", "no_street_near", "too_far", "weak_way", "unstable")) >= 5


def test_they_agree_with_other_numbers_too():
    narrow = Parameters(
        yes_m=12.0, reach_m=40.0, look_deg=35.0, gate_m=4.0, facade_step_m=3.0, stable_of_nine=9
    )
    differ, _ = differing(range(10_000, 10_000 + BATCH), narrow)
    assert differ == {}
