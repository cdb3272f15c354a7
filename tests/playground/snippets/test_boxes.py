"""The programs of the page on boxes run alone and print the numbers on screen."""

import re
import runpy
import subprocess
import sys

import pytest
import torch

from engine.box_scenes import HAND_MADE, at_random, hand_made
from engine.boxes import (
    pairwise_ciou,
    pairwise_diou,
    pairwise_giou,
    pairwise_iou,
)
from engine.suppression import KINDS, Rule
from engine.verdicts import of_class, quality, suppress
from playground.snippets import boxes as snippets

NUMBER = r"-?\d[\d.]*(?:e[-+]?\d+)?"


@pytest.fixture
def printed(tmp_path, capsys):
    """Run a program as a module of its own and return its lines."""

    def run(program):
        path = tmp_path / "program.py"
        path.write_text(program, "utf-8")
        runpy.run_path(str(path), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return run


def numbers(line):
    return [float(number) for number in re.findall(NUMBER, line)]


def test_a_program_runs_in_a_process_of_its_own(tmp_path):
    program = snippets.suppression(hand_made("duplicates"), Rule(min_score=0.6))
    (tmp_path / "program.py").write_text(program, "utf-8")
    run = [sys.executable, "-W", "error", "program.py"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[0] == "kept: [1, 2]"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((50, 60, 190, 180), (100, 40, 220, 200)),
        ((0, 0, 10, 10), (0, 0, 10, 10)),
        ((0, 0, 10, 10), (200.5, 100, 310, 230.25)),
        ((60, 80, 220, 160), (100, 40, 180, 200)),
        ((5, 5, 5, 5), (5, 5, 5, 5)),
        ((5, 5, 5, 5), (0, 0, 10, 10)),
    ],
)
def test_the_program_of_a_pair_prints_every_measure(a, b, printed):
    lines = printed(snippets.pair(a, b))
    first, second = (torch.tensor([box], dtype=torch.float64) for box in (a, b))
    measures = (pairwise_iou, pairwise_giou, pairwise_diou, pairwise_ciou)
    expected = [measure(first, second).item() for measure in measures]
    assert [numbers(line)[0] for line in lines[1:]] == pytest.approx(expected, abs=1e-9)


RULES = [
    Rule(kind, limit, score, sigma, per_class)
    for kind in KINDS
    for limit, score, sigma, per_class in (
        (0.5, 0.3, 0.5, True),
        (0.3, 0.0, 0.2, False),
    )
]


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("scene", [*HAND_MADE, 0, 5])
def test_the_program_of_a_suppression_keeps_what_the_page_keeps(scene, rule, printed):
    shown = hand_made(scene) if isinstance(scene, str) else at_random(scene)
    lines = printed(snippets.suppression(shown, rule))
    found = suppress(shown, rule)
    left = {int(numbers(line)[0]) - 1: numbers(line)[1] for line in lines[1:]}
    assert sorted(left) == sorted(found.indices)
    for index, score in zip(found.indices, found.scores.tolist(), strict=True):
        assert left[index] == pytest.approx(score, rel=1e-4)


@pytest.mark.parametrize("right", [0.5, 0.75])
@pytest.mark.parametrize("rule", RULES[::3], ids=str)
@pytest.mark.parametrize("scene", ["crowd", "duplicates", "close", 3])
def test_the_program_of_precision_prints_hits_and_ap(scene, rule, right, printed):
    shown = hand_made(scene) if isinstance(scene, str) else at_random(scene)
    label = shown.truth.labels[0].item()
    *_kept, counts, ap = printed(snippets.precision(shown, rule, label, right))
    ranking = of_class(suppress(shown, rule), shown.truth, label, right)[0]
    hits = int(ranking.hits.sum())
    missed = ranking.objects - hits
    assert numbers(counts) == [hits, len(ranking.hits) - hits, missed]
    assert numbers(ap)[0] == pytest.approx(quality(ranking).average_precision)
