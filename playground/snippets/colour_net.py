"""The colour network as a program: what snippets about it begin with."""

FILE = "colour_net.pt"  # the weights, which lie beside the program

NET = '''\

def load():
    """Four convolutions; two poolings; the means of the last maps; one linear layer."""
    stored = torch.load("colour_net.pt", map_location="cpu", weights_only=True)
    return {name: value.float() for name, value in stored.items()}


net = load()


def layers(picture):
    """Yield the name and the maps before ReLU of every convolution, then logits."""
    x = (picture[None] - 0.5) / 0.25
    for name, pooled in (("c1", True), ("c2", True), ("c3", False), ("c4", False)):
        weight = net[f"{name}.weight"]
        total = F.conv2d(x, weight, net[f"{name}.bias"], padding=weight.shape[-1] // 2)
        yield name, total[0]
        x = torch.relu(total)
        if pooled:
            x = F.max_pool2d(x, 2)
    mean = x.mean(dim=(2, 3))[0]
    yield "output", net["output.weight"] @ mean + net["output.bias"]

'''
