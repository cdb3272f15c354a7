"""Settings worth seeing, each with its reason; the tests hold them to their word."""

from playground.i18n import mark
from playground.layout import Try


def _network(name: str, row: int, **more: object) -> dict[str, object]:
    return {"view": "networks", "net": name, "rows": "blocks", "row": row} | more


TRIES = (
    Try(
        mark("Where AlexNet's parameters sit"),
        mark(
            "In the fully connected layers: 58.6 of 61.1 million, 96 %. The five "
            "convolutions do 92 % of the multiplying with 4 % of the parameters."
        ),
        _network("alexnet", 10, side_alexnet=224),
        mark("Five convolutions, three fully connected layers: who has the weights?"),
    ),
    Try(
        mark("One layer of VGG-16"),
        mark(
            "The first fully connected layer has 102 764 544 of 138 357 544: three "
            "quarters. It multiplies 25 088 numbers by 4096."
        ),
        _network("vgg16", 20, side_vgg16=224),
        mark("138 million parameters in 16 layers. How many sit in a single one?"),
    ),
    Try(
        mark("Deeper, and a twelfth of the size"),
        mark(
            "11.7 million against 138.4: twelve times fewer. Its convolutions are as "
            "wide, but average pooling leaves 512 numbers for the last layer in place "
            "of 25 088."
        ),
        _network("resnet18", 11, side_resnet18=224),
        mark("ResNet-18 has 18 layers, VGG-16 has 16. Which has more parameters?"),
    ),
    Try(
        mark("Fails: MNIST as it comes, into LeNet-5"),
        mark(
            "28×28 becomes 24, 12, 8, 4: 4·4·16 = 256 numbers reach C5, which was made "
            "for 400. That is why the digits get a border of two pixels."
        ),
        _network("lenet5", 5, side_lenet5=28),
        mark("LeNet-5 was made for 32×32. Which layer fails at 28×28?"),
    ),
    Try(
        mark("Works: ResNet with any size"),
        mark(
            "No layer fails: the pooling before the last layer gives 512 numbers for "
            "any size. The parameters stay the same, the multiply-adds shrink to about "
            "a quarter."
        ),
        _network("resnet18", 11, side_resnet18=112),
        mark("Half the side, 112 in place of 224: what changes, and what does not?"),
    ),
    Try(
        mark("Fails: one pooling too many"),
        mark(
            "The sides go 28, 14, 10, 5, 2, and the last kernel 5 finds 2. The page "
            "names the row and the room there is."
        ),
        {
            "view": "build",
            "axes": "2",
            "side2": 32,
            "channels": 1,
            "row": 5,
            "plan": "conv-n6-k5~max-k2-s2~conv-n16-k5~max-k2-s2~max-k2-s2"
            "~conv-n32-k5~flatten~linear-n10",
        },
        mark("Five layers of halving and cutting from 32×32. Which row fails?"),
    ),
    Try(
        mark("456, or fourteen million"),
        mark(
            "456 against 14.5 million: the kernel is small, and the same everywhere. "
            "Both give 28×28×6 numbers."
        ),
        {
            "view": "costs",
            "topic": "dense",
            "cside": 32,
            "cchannels": 3,
            "cfilters": 6,
            "ckernel": 5,
        },
        mark("From 32×32×3 to 28×28×6: how many parameters, connected either way?"),
    ),
    Try(
        mark("A tenth of the work, by doing more"),
        mark(
            "120 422 400 at once; 2 408 448 + 10 035 200 = 12 443 648 with sixteen "
            "channels in between: nearly ten times fewer."
        ),
        {
            "view": "costs",
            "topic": "bottleneck",
            "bside": 28,
            "bchannels": 192,
            "middle": 16,
            "bfilters": 32,
            "bkernel": "5",
        },
        mark("An additional layer saves multiplications. How can that be?"),
    ),
    Try(
        mark("Inside an inception module"),
        mark(
            "The 3×3 branch: 101 of 128 million multiply-adds, nearly four fifths. The "
            "5×5 branch has twice as many weights in a kernel and costs 12 million: it "
            "is narrowed to 16 channels first, the 3×3 only to 96."
        ),
        {"view": "networks", "net": "inception", "rows": "layers", "row": 3},
        mark("Four branches, 1×1, 3×3, 5×5 and pooling: which works hardest?"),
    ),
    Try(
        mark("Fails: twenty plain layers"),
        mark(
            "Each layer of nn.Conv2d's usual weights passes on less than half. After "
            "twenty of them less than a millionth reaches any layer; with shortcuts "
            "first and last get about the same."
        ),
        {"view": "depth", "pairs": 10, "norm": False, "init": "pytorch", "seed": 0},
        mark("Twenty convolutions, weights as PyTorch draws them: what arrives?"),
    ),
    Try(
        mark("Fails: shortcuts without a brake"),
        mark(
            "Every pair adds about as much again: the signal doubles its power, pair "
            "after pair, and the loss starts above two thousand, where guessing costs "
            "2.3. Batch norm, or smaller weights, hold it."
        ),
        {"view": "depth", "pairs": 25, "norm": False, "init": "he", "seed": 0},
        mark("He's weights keep plain layers alive. And fifty with shortcuts?"),
    ),
    Try(
        mark("Batch norm alone is not enough"),
        mark(
            "Plain with batch norm explodes: the first layer gets more than a thousand "
            "times what the last one gets. With shortcuts it is about ten times."
        ),
        {"view": "depth", "pairs": 25, "norm": True, "init": "he", "seed": 0},
        mark("Fifty layers with batch norm: does the plain stack still need help?"),
    ),
)
