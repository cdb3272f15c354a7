"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try

YEAR = {
    "view": "average",
    "series": "temperature",
    "unit": "f",
    "seed": 0,
    "last": 365,
    "spread": 0.0,
    "count": "1",
    "beta1": 0.9,
    "beta2": 0.98,
    "beta3": 0.5,
    "curves": ["corrected", "plain"],
    "days": 10,
    "day": 20,
}
FIRST_DAYS = YEAR | {"last": 60, "beta1": 0.98, "day": 2}
STEP = YEAR | {"series": "step", "last": 200, "curves": ["plain"], "day": 110}
USES = {"view": "uses", "beta1": 0.9, "b2": 0.999, "useed": 0, "grads": "one"}

TRIES: tuple[Try, ...] = (
    Try(
        mark("Ten days, roughly"),
        mark(
            "Two thirds: $1 - 0.9^{10} = 0.6513$. The day ten days back still weighs "
            r"$0.9^{10} = 0.3487 \approx 1/e$ of what today weighs; that is why "
            r"$1/(1-\beta) = 10$ is called the window."
        ),
        YEAR | {"day": 180},
        mark(
            "β = 0.9 is said to average over ten days. What share of v do the last ten "
            "days make up: all of it, two thirds, a third?"
        ),
    ),
    Try(
        mark("Fifty days lag behind"),
        mark(
            "Weeks: β = 0.9 tops on day 228, β = 0.98 on day 266. What it averages is "
            r"$\beta/(1-\beta) = 49$ days old on average. Smooth means late."
        ),
        YEAR | {"count": "2", "curves": ["corrected"], "day": 266},
        mark("Does β = 0.98 reach its summer days or weeks after β = 0.9?"),
    ),
    Try(
        mark("Two days are nervous"),
        mark(
            "A half: from day to day θ moves by 3.66 °F (standard deviation), v̂ by "
            "1.81 °F. With β = 0.9 it is 0.50 °F."
        ),
        YEAR | {"beta1": 0.5, "curves": ["corrected"], "day": 100},
        mark(
            "β = 0.5 averages over two days. How much of the jumps from day to day is "
            "left: a tenth, a half, all?"
        ),
    ),
    Try(
        mark("The first days, uncorrected"),
        mark(
            "1.764 °F. The start $v_0 = 0$ counts as if it had been measured: the two "
            "days weigh $1 - 0.98^2 = 0.0396$ together, the zero the rest."
        ),
        FIRST_DAYS | {"curves": ["plain"]},
        mark(
            "The first two days have 40 and 49 °F. With β = 0.98, what is v on day 2: "
            "about 45, about 20 or below 2?"
        ),
    ),
    Try(
        mark("The first days, corrected"),
        mark(
            "44.55 °F, between the two: $1.764 / 0.0396$. The correction fades, but "
            "slowly: $1 - 0.98^{100} = 0.867$ on day 100 (some notes print ≈ 1), and "
            "only from day 228 on is it below 1 %."
        ),
        FIRST_DAYS,
        mark("Divided by the sum of the weights, what does day 2 become?"),
    ),
    Try(
        mark("Corrected is not accurate"),
        mark(
            r"Not on day 1: there $\hat v_1 = \theta_1$, one noisy day. The correction "
            "takes away the pull to 0, not the noise: few days remain few days."
        ),
        YEAR | {"series": "noise", "last": 60, "beta1": 0.98, "day": 1},
        mark("Pure noise around 0, corrected. Can v̂ of day 1 be trusted?"),
    ),
    Try(
        mark("After a step"),
        mark(
            "65 %: $1 - 0.9^{10}$. With any large β it is about 63 % = 1 − 1/e after "
            r"$1/(1-\beta)$ days: 63.6 % for β = 0.98 after 50."
        ),
        STEP,
        mark("From day 101 on θ is 1. How far is v after ten days: 10 %, 65 %, all?"),
    ),
    Try(
        mark("Plain mean or weighted?"),
        mark(
            "The plain mean: it is exactly 1 on day 110, when the last 0 leaves. v is "
            "at 0.65 then and reaches 0.99 on day 144, for it never quite forgets. But "
            "it remembers one number, the plain mean ten."
        ),
        STEP | {"curves": ["plain", "moving"]},
        mark("v with β = 0.9 and the mean of ten days: which reaches 1 first?"),
    ),
    Try(
        mark("How much noise is left"),
        mark(
            r"A nineteenth: the variance shrinks by $(1-\beta)/(1+\beta)$. A plain "
            "mean needs 19 days for that. Other seeds scatter around it."
        ),
        YEAR | {"series": "noise", "curves": ["plain"], "day": 180},
        mark(
            "White noise of variance 1 and β = 0.9: is the variance of v about 1/10, "
            "1/19 or 1/100?"
        ),
    ),
    Try(
        mark("Always behind a ramp"),
        mark(
            r"No: it stays $\beta/(1-\beta) = 9$ days behind, 0.09 here. An average of "
            "the past cannot know that things rise."
        ),
        YEAR | {"series": "ramp", "last": 100, "curves": ["plain"], "day": 100},
        mark("θ rises by 0.01 a day. Will v catch up with it, given time?"),
    ),
    Try(
        mark("Smoothing is not predicting"),
        mark(
            "Today's price: a random walk has no memory, and v̂ is out of date. On "
            "every seed from 0 to 199 its guess is farther off on average."
        ),
        YEAR | {"series": "walk", "curves": ["corrected"], "day": 180},
        mark("Guess tomorrow's price: is today's price the better guess, or v̂?"),
    ),
    Try(
        mark("A window longer than the year"),
        mark(
            "Below 2 °F: all 365 days weigh 3.6 % together. Corrected it is 52.08 °F, "
            "nearly the plain mean of all days, 52.05: hardly any day is forgotten."
        ),
        YEAR | {"beta1": 0.9999, "day": 365},
        mark("β = 0.9999: where is v at the end of a year of 30 to 73 °F?"),
    ),
    Try(
        mark("Adam's first step"),
        mark(
            r"3.16 times: $(1-\beta_1)/\sqrt{1-\beta_2} = 0.1/\sqrt{0.001}$, and it "
            "gets worse before it gets better. Corrected, every step is exactly α."
        ),
        USES | {"use": "adam", "step": 1},
        mark(
            "The gradient is always 1. Without correction, how long is Adam's first "
            "step: a tenth of α, α, three times α?"
        ),
    ),
    Try(
        mark("Batch norm starts at zero"),
        mark(
            "About 2: torch does not correct, and $1 - 0.9^{10} = 65$ % of 3 has come "
            "in. A network used now shifts every input by about one unit."
        ),
        USES | {"use": "norm", "step": 10},
        mark(
            "Batches have the mean 3. What is the running mean after ten: 3, 2 or 0.3?"
        ),
    ),
    Try(
        mark("Two forms of momentum"),
        mark(
            "Ten times: without the factor 1 − β torch's v tends to "
            r"$g/(1-\beta) = 10$. Divide α by 10 and both go the same way."
        ),
        USES | {"use": "momentum", "step": 100},
        mark(
            "The gradient is always 1. How much farther does torch's momentum step "
            "than the average that courses write: as far, twice, ten times?"
        ),
    ),
)
