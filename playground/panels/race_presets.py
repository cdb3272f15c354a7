"""Races that show one thing each, and why; the tests hold them to their word."""

from dataclasses import replace

from engine.courses import Course, Racer
from playground.i18n import mark
from playground.layout import Try
from playground.panels.race_settings import Preset, settings


def _racer(optimizer: str, rate: float, **others: float) -> Racer:
    return Racer(optimizer, (("learning_rate", rate), *others.items()))


RIDGE = Course("saddle", start=(-1.5, 0.001), steps=100)
VALLEY = Course("rosenbrock", start=(-1.2, 1.0), steps=1000)
PLATEAU = Course("plateau", start=(-3.0, 1.2), steps=300)
CORNER = Course("himmelblau", start=(5.8, 5.8), steps=100)
NOISY = Course("bowl", start=(-2.5, 1.0), steps=200, noise=1.0)
SAME = tuple(_racer(name, 0.001) for name in ("sgd", "momentum", "rmsprop", "adam"))

PRESETS: tuple[Preset, ...] = (
    Preset(
        mark("Zigzag in a stretched bowl"),
        mark(
            "The bowl bends 50 times more along $w_2$. Momentum has half the learning "
            "rate of SGD. Who is nearer after 100 steps, and by how much?"
        ),
        mark(
            "Momentum, a thousand times nearer. The steep direction allows SGD no more "
            r"than $2/\lambda_{\max} = 0.04$: it jumps from wall to wall and creeps "
            "along the floor. In a velocity the jumps cancel and the creeping adds up."
        ),
        Course("bowl", 50.0, (-2.5, 1.0), 100),
        (_racer("sgd", 0.038), _racer("momentum", 0.02, momentum=0.8)),
    ),
    Preset(
        mark("A hair below and above 2/λ"),
        mark(
            r"Here $2/\lambda_{\max} = 2/20 = 0.1$. One SGD runs with 0.095, one with "
            "0.105. Does the second arrive later, jump for ever, or leave the map?"
        ),
        mark(
            "It leaves: each step multiplies $w_2$ by $1 - 20\\,\\alpha$, that is "
            "−0.9 or −1.1. Below the border it jumps, but each time less far."
        ),
        Course("bowl", 20.0, (-2.5, 1.0), 200),
        (_racer("sgd", 0.095), _racer("sgd", 0.105)),
    ),
    Preset(
        mark("Stuck on a saddle"),
        mark(
            "All start beside the ridge, a thousandth off it. Who has left the saddle "
            "after 100 steps?"
        ),
        mark(
            "All but SGD. Across the ridge the gradient is tiny, and so are SGD's "
            "steps: it is near the saddle still. Momentum gathers speed; Adam and "
            "RMSProp divide by the gradient's size, so small ones count as much."
        ),
        RIDGE,
        tuple(_racer(name, 0.05) for name in ("sgd", "momentum", "rmsprop", "adam")),
    ),
    Preset(
        mark("Noise leaves the ridge"),
        mark(
            "Now they start exactly on the ridge, where the gradient never points to "
            "the side. Without noise nobody leaves. With a little noise?"
        ),
        mark(
            "All leave, to one side or the other as the seed decides: the slightest "
            "push is enough, then the slope takes over. Mini-batches push all the time."
        ),
        replace(RIDGE, start=(-1.5, 0.0), steps=300, noise=0.03),
        tuple(_racer(name, 0.05) for name in ("sgd", "momentum", "adam")),
    ),
    Preset(
        mark("Adam loses with its usual rate"),
        mark(
            "1000 steps in Rosenbrock's valley, all with the learning rate 0.001, "
            "Adam's default in PyTorch. In which order do they arrive?"
        ),
        mark(
            "Momentum, then SGD; RMSProp and Adam have hardly moved: their steps are "
            "about as long as the rate, here 0.001. One rate for all is no fair race. "
            "Press *Tune all* and look again."
        ),
        VALLEY,
        SAME,
    ),
    Preset(
        mark("The same valley, tuned fairly"),
        mark(
            "Each gets the best of 71 learning rates. Who profits most, and is Adam's "
            "best rate nearer to 0.001, 0.01 or 1?"
        ),
        mark(
            "Adam: with 0.5 it comes as close as momentum, to $L < 10^{-12}$, while "
            "SGD and RMSProp stay above 0.01 with any rate. Which optimizer is best is "
            "a question about surface, budget and tuning, all three."
        ),
        VALLEY,
        SAME,
        view="tuning",
    ),
    Preset(
        mark("Rastrigin: all get stuck"),
        mark(
            "Four optimizers among many local minima. Who finds the global one, in "
            "the middle?"
        ),
        mark(
            "Nobody: all end in the same hole, next to the start. A gradient knows "
            "only what is underfoot. Click elsewhere: the start decides."
        ),
        Course("rastrigin", start=(3.4, -2.6), steps=200),
        (
            _racer("sgd", 0.001),
            _racer("momentum", 0.001),
            _racer("rmsprop", 0.05),
            _racer("adam", 0.1),
        ),
    ),
    Preset(
        mark("One start, two minima"),
        mark(
            "Himmelblau's four minima are equally low. SGD and momentum start in the "
            "same point with the same rate. Do they end in the same minimum?"
        ),
        mark(
            "No: momentum arrives with speed, overshoots the first minimum and rolls "
            "into the next. Where a run ends is also the optimizer's choice."
        ),
        Course("himmelblau", start=(0.0, 0.0), steps=200),
        (_racer("sgd", 0.003), _racer("momentum", 0.003)),
    ),
    Preset(
        mark("AdaGrad runs out of breath"),
        mark(
            "From 0 to the minimum at 5, all with rate 0.1. Who has not arrived after "
            "200 steps?"
        ),
        mark(
            "AdaGrad is not even half-way: it divides by the root of the sum of all "
            "$g^2$, which only grows, so each step is shorter than the one before. "
            "RMSProp forgets old gradients, and arrives."
        ),
        Course("parabola", start=(0.0,), steps=200),
        tuple(_racer(name, 0.1) for name in ("adagrad", "rmsprop", "adam")),
    ),
    Preset(
        mark("Flung out of a narrow valley"),
        mark(
            "The plateau is almost flat, so SGD takes rate 1. What happens when it "
            "reaches the valley?"
        ),
        mark(
            "The valley's walls are fifty times steeper: one step throws it back "
            "to the plateau. Now switch on clipping: *More*, norm, 0.03."
        ),
        PLATEAU,
        (_racer("sgd", 1.0),),
    ),
    Preset(
        mark("Clipping keeps it in the valley"),
        mark(
            "The same, but a gradient longer than 0.03 is shortened to 0.03. Does it "
            "still jump?"
        ),
        mark(
            "By 0.03 at most: it falls into the valley, stays and creeps to the "
            "minimum. Clipping changes how far a step goes, not where to."
        ),
        replace(PLATEAU, clip="norm", clip_at=0.03),
        (_racer("sgd", 1.0),),
    ),
    Preset(
        mark("Warm-up saves a large rate"),
        mark(
            "From this steep corner SGD with rate 0.02 is lost after 4 steps. Its rate "
            "now grows to 0.02 over 20 steps. Does that only delay it?"
        ),
        mark(
            "No, it arrives: by the time the rate is 0.02, the runner has come down to "
            "where the surface bends less. That is one reason to warm up large "
            "networks."
        ),
        replace(CORNER, schedule="warmup", schedule_rate=20.0),
        (_racer("sgd", 0.02),),
    ),
    Preset(
        mark("A cosine calms the noise"),
        mark(
            "With noisy gradients and a constant rate, runners circle around the "
            "minimum for ever. The rate now falls to 0 as a cosine: how much lower "
            "do they end?"
        ),
        mark(
            "Their loss at the end is more than ten times lower, on average over 20 "
            "seeds: large steps at first to get there, small ones to average the "
            "noise away."
        ),
        replace(NOISY, schedule="cosine"),
        (_racer("sgd", 0.15), _racer("momentum", 0.1)),
    ),
    Preset(
        mark("Momentum with and without 1−β"),
        mark(
            "Courses write $v \\leftarrow \\beta v + (1-\\beta) g$, PyTorch "
            "$v \\leftarrow \\beta v + g$. Rates 0.2 and 0.02, β = 0.9: who is ahead?"
        ),
        mark(
            "Nobody: $0.2 \\cdot (1 - 0.9) = 0.02$, the paths coincide. A rate copied "
            "from one convention to the other is ten times too large or too small."
        ),
        Course("bowl", 10.0, (-2.5, 1.0), 100),
        (_racer("momentum", 0.02), _racer("momentum_ema", 0.2)),
    ),
    Preset(
        mark("w² − 10w + 25, by hand"),
        mark(
            "From $w = 0$ with α = 0.01: where is $w$ after the first step, and where "
            "after 1000?"
        ),
        mark(
            "The gradient $2w - 10$ is −10 at the start, so the first step is 0.1. "
            "Each step keeps 98 % of the distance to 5, so $w$ ends at 5."
        ),
        Course("parabola", start=(0.0,), steps=1000),
        (_racer("sgd", 0.01),),
        view="step",
        step="1",
    ),
    Preset(
        mark("α₀ / (1 + rate · epoch)"),
        mark(
            "α₀ = 0.2 and rate 1: what is α in the steps t = 0, 1, 2, 3, 4? The table "
            "and the third curve tell."
        ),
        mark(
            "0.2, 0.1, 0.0667, 0.05, 0.04. Some notes print 0.67 for 0.0667. Each "
            "frame shows the rate of the step that led there."
        ),
        Course(
            "parabola", start=(0.0,), steps=10, schedule="inverse", schedule_rate=1.0
        ),
        (_racer("sgd", 0.2),),
    ),
)

TRIES = tuple(
    Try(preset.title, preset.why, settings(preset), preset.question)
    for preset in PRESETS
)
