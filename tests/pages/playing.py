"""What the browser tests of the pages share: ways to use a player."""

import re

# Counts what the page tells the server, from now on.
COUNT_MESSAGES = """() => {
  const send = WebSocket.prototype.send;
  window.messages = 0;
  WebSocket.prototype.send = function (...message) {
    window.messages++;
    return send.apply(this, message);
  };
}"""


def player(page):
    return page.locator(".player").first


def time(page):
    return player(page).evaluate("root => root.player.time")


def until(page, condition):
    """Wait for a condition on the player `p`."""
    page.wait_for_function(
        f"root => {{ const p = root.player; return {condition} }}",
        arg=player(page).element_handle(),
    )


def press(page, name):
    player(page).get_by_role("button", name=re.compile(name)).first.click()


def scrub(page, time):
    player(page).locator(".scrub").evaluate(
        """(bar, time) => { bar.value = time;
          bar.dispatchEvent(new Event("input", { bubbles: true })); }""",
        time,
    )


def numbers(page):
    return player(page).locator(".metrics").inner_text().split("\n")


def at(page, x, y):
    """Return where a logical point of a stage 900 wide is on the screen."""
    box = player(page).locator(".canvas").bounding_box()
    return box["x"] + x * box["width"] / 900, box["y"] + y * box["width"] / 900


def formulas(page):
    return page.locator(".katex-display annotation").all_text_contents()
