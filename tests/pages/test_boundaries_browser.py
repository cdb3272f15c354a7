"""The boundary page as a class uses it: play, scrub, set a weight, paint, come back."""

import re

import pytest

from tests.browser import settle

SMALL = "layers=4&data=xor&count=100"


def player(page):
    return page.locator(".player").first


def look(page):
    return player(page).evaluate(
        """root => { const { time, playing, painted, tape } = root.player;
          return { time, playing, painted, last: tape.last }; }"""
    )


def until(page, condition):
    page.wait_for_function(
        f"root => {{ const p = root.player; return {condition} }}",
        arg=player(page).element_handle(),
    )


def press(page, name):
    player(page).get_by_role("button", name=re.compile(name)).first.click()


def numbers(page):
    return player(page).locator(".metrics").inner_text().split("\n")


def scrub(page, share):
    bar = player(page).locator(".scrub")
    bar.evaluate(
        """(bar, share) => { bar.value = bar.min * 1 + share * (bar.max - bar.min);
          bar.dispatchEvent(new Event("input", { bubbles: true }));
          bar.dispatchEvent(new Event("change", { bubbles: true })); }""",
        share,
    )


def at(page, x, y):
    """Return where a logical point of the stage is on the screen."""
    box = player(page).locator(".canvas").bounding_box()
    return box["x"] + x * box["width"] / 900, box["y"] + y * box["width"] / 900


def test_the_spiral_plays_and_comes_back_to_the_same_numbers(open_page):
    page = open_page("boundaries")
    first = numbers(page)
    painted = look(page)["painted"]
    press(page, "^Play")
    until(page, "p.time > 25")
    press(page, "^Pause")
    settle(page)
    assert look(page)["painted"] > painted + 5
    later, time = numbers(page), look(page)["time"]
    assert later != first
    scrub(page, 0)
    settle(page)
    until(page, "p.tape.frames.length && !p.dirty")
    assert numbers(page) == first
    press(page, "^Step forward")
    until(page, f"p.time > 0 && p.time < {time}")
    for _step in range(200):
        if look(page)["time"] >= time:
            break
        press(page, "^Step forward")
    assert look(page)["time"] == time
    assert numbers(page) == later


def test_playing_moves_no_widget_and_a_moved_rate_goes_on_from_here(open_page):
    page = open_page("boundaries", SMALL)
    press(page, "^Play")
    until(page, "p.time > 20")
    slider = page.get_by_role("slider", name="Learning rate")
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_text(
        re.compile(r"Changed by hand: epoch \d+: learning rate")
    ).wait_for()
    assert look(page)["time"] > 10  # it did not begin anew
    time = look(page)["time"]
    until(page, f"p.time > {time} + 5")


def test_a_rate_moved_before_playing_is_the_one_it_begins_with(open_page):
    page = open_page("boundaries", SMALL)
    until(page, "p.tape.last > 5")  # frames it may need soon
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    settle(page)
    assert "lr=0.02" in page.url
    assert not page.get_by_text("Changed by hand").count()


def test_a_rate_moved_in_a_replay_and_another_view_count_from_the_screen(open_page):
    page = open_page("boundaries", SMALL)
    press(page, "^Play")
    until(page, "p.time > 150")
    press(page, "^Pause")
    settle(page)
    scrub(page, 0)
    settle(page)
    press(page, "^Play")
    until(page, "p.time > 60 && p.time < p.tape.last - 20")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    said = page.get_by_text("Changed by hand").inner_text()
    assert 30 < int(re.search(r"epoch (\d+)", said)[1]) < 120
    page.get_by_role("radio", name="Inside").click()
    settle(page)
    until(page, "p.time > 30 && !p.playing")


def test_keys_work_after_a_click_beside_the_player(open_page):
    page = open_page("boundaries", SMALL)
    page.get_by_role("heading", name="Decision boundaries").click()
    page.keyboard.press("Space")
    until(page, "p.playing && p.time > 2")
    page.keyboard.press("Space")
    until(page, "!p.playing")


def test_a_weight_is_set_by_hand_and_the_border_follows(open_page):
    page = open_page("boundaries", "data=xor&layers=&count=100")
    before = numbers(page)
    edge = player(page).evaluate(
        """root => root.player.scene.layers.find(l => l.kind === "edges").ends[0]"""
    )
    x, y = (edge[0] + edge[2]) / 2, (edge[1] + edge[3]) / 2
    page.mouse.click(*at(page, x, y))
    field = player(page).locator(".editor input")
    field.fill("5")
    field.press("Enter")
    page.get_by_text("Changed by hand: epoch 0: w.0.0.0 = 5").wait_for()
    settle(page)
    page.wait_for_function(
        "([node, old]) => node.innerText !== old",
        arg=[
            player(page).locator(".metrics").element_handle(),
            "\n".join(before),
        ],
    )
    assert "changes=0%3Aw.0.0.0%3D5" in page.url


def test_three_painted_points_are_trained_on(open_page):
    page = open_page("boundaries", "data=own&points=&layers=3")
    for x, y in ((650, 60), (840, 60), (740, 250)):
        page.mouse.click(*at(page, x, y))
        settle(page)
    board = player(page).evaluate(
        """root => root.player.scene.layers.find(l => l.kind === "points").xy.length"""
    )
    assert board == 3
    assert len(re.search(r"points=([^&]*)", page.url)[1]) == 16  # 12 bytes in base64
    press(page, "^Play")
    until(page, "p.time > 5")
    press(page, "^Pause")
    settle(page)


def test_units_layers_and_activations_change_in_place(open_page):
    page = open_page("boundaries", SMALL)
    press(page, "^Add a unit")
    settle(page)
    assert "layers=5" in page.url
    press(page, "^Add a layer")
    settle(page)
    assert "layers=5%2C5" in page.url
    player(page).get_by_label("Activation of the layer").nth(1).select_option("tanh")
    settle(page)
    assert "acts=relu.relu.tanh" in page.url
    press(page, "^Remove a layer")
    settle(page)
    assert "layers=5" in page.url
    assert "acts" not in page.url


def test_a_link_opens_at_its_epoch(open_page):
    page = open_page("boundaries", f"{SMALL}&epoch=40")
    until(page, "p.time === 40 && !p.playing")
    assert numbers(page)[1] == "40"
    settle(page)


@pytest.mark.parametrize("view", ["inside", "compare"])
def test_other_views_play_too(open_page, view):
    page = open_page("boundaries", f"{SMALL}&view={view}")
    press(page, "^Play")
    until(page, "p.time > 5")
    press(page, "^Pause")
    settle(page)


def test_too_large_a_step_is_explained(open_page):
    page = open_page(
        "boundaries", "data=plane&layers=&optimizer=sgd&lr=10&inputs=x1.x2.x1_squared"
    )
    press(page, "^Play")
    player(page).get_by_text(
        re.compile(r"Diverged at epoch \d+: the gradient's norm had reached \d")
    ).wait_for()


def test_a_smaller_rate_begins_a_diverged_training_anew(open_page):
    page = open_page(
        "boundaries", "data=plane&layers=&optimizer=sgd&lr=10&inputs=x1.x2.x1_squared"
    )
    press(page, "^Play")
    until(page, "p.ended && !p.playing")
    settle(page)
    page.get_by_role("slider", name="Learning rate").press("Home")
    until(page, "p.time === 0 && p.tape.last > 1")
    assert not page.get_by_text("Changed by hand").count()


def test_a_search_is_run_and_a_square_opens_its_network(open_page):
    page = open_page("boundaries", f"{SMALL}&view=sweep&sweepepochs=10")
    page.get_by_role("button", name="Train 64 networks").click()
    page.get_by_text(re.compile("^Best: ")).wait_for()
    settle(page)
    page.locator(".st-key-sweep .scatterlayer .point").nth(20).click(force=True)
    page.locator(".player").first.wait_for()
    settle(page)
    assert "lr=" in page.url
