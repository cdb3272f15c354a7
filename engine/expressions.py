"""Formulas as text: read by Python's own grammar, never run.

One line, or several parted by semicolons; every line but the last gives a name to an
intermediate result, and the last line is the result:

    u = b*c; v = a + u; J = 3*v

Names that no line defines are inputs. A sum of several terms is one node, and what is
made of constants alone is a constant. `^` and `**` are powers, `×` and `·` products,
`÷` a quotient, `ln` is `log`; `pi` and `e` are constants. A result without a name is
called f.
"""

import ast
import keyword
import math
import re
from collections.abc import Iterator
from dataclasses import replace

from engine.graphs import CONSTANT, INPUT, Graph, Node
from engine.scalar_operations import OPERATIONS

LONGEST = 400  # characters
MOST_NODES = 40  # without constants
MOST_INPUTS = 14
DEEPEST = 30  # levels of brackets and operations in one line
LARGEST = 1e6  # constant
LARGEST_EXPONENT = 100.0
FUNCTIONS = {
    name: name for name in ("exp", "log", "sin", "cos", "tanh", "sigmoid", "relu")
} | {"ln": "log", "max": "max"}
CONSTANTS = {"pi": math.pi, "e": math.e}
# Names that the programs written for a formula need themselves.
TAKEN = {*FUNCTIONS, *CONSTANTS, *keyword.kwlist, "torch", "print"}
NAME = re.compile(r"[A-Za-zα-ωΑ-Ω][A-Za-z0-9_α-ω]{0,7}")
ALLOWED = re.compile(r"[A-Za-z0-9_α-ωΑ-Ω.+\-*/^(),=;\s×·⋅∙÷−–²³]")
# A number with a letter at its end, but for an exponent's e: the product sign lacks.
FORGOTTEN = re.compile(
    r"(?<![A-Za-z0-9_.α-ωΑ-Ω])(?:\d+\.?\d*|\.\d+)(?![eE][+-]?\d)[^\W\d]"
)
SPELLED = {"^": "**", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "−": "-"} | {
    "–": "-",
    "²": "**2",
    "³": "**3",
}
BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
SPARE_NAMES = ("u", "v", "p", "q", "r", "s", "t", "k", "m", "n", "g", "h")


class ExpressionError(ValueError):
    """A formula that cannot be read.

    Attributes:
        kind: what is wrong, such as "syntax"; see the raising lines.
        found: the piece of text that is wrong; "" for the whole.
        position: of this piece in the text, from 0.
    """

    def __init__(self, kind: str, found: str = "", position: int = 0) -> None:
        super().__init__(f"{kind}: {found!r} at {position}")
        self.kind, self.found, self.position = kind, found, position


def parse(text: str) -> Graph:
    """Return the graph of a formula.

    Args:
        text: at most LONGEST characters, from anyone.

    Raises:
        ExpressionError: the text is no formula, or larger than the limits.
    """
    if len(text) > LONGEST:
        raise ExpressionError("long", text[LONGEST:], LONGEST)
    for position, character in enumerate(text):
        if not ALLOWED.fullmatch(character):
            raise ExpressionError("character", character, position)
    forgotten = FORGOTTEN.search(text)
    if forgotten:
        raise ExpressionError("product", forgotten[0], forgotten.start())
    pieces = list(_pieces(text))
    if not pieces:
        raise ExpressionError("empty")
    reader = _Reader(text)
    for number, (piece, start) in enumerate(pieces, start=1):
        reader.read(piece, start, last=number == len(pieces))
    return reader.graph()


def tidy(text: str) -> str:
    """Return the formula with one line per line and no spaces around them."""
    return "\n".join(piece for piece, _start in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Yield every line that is not empty, and where it starts."""
    for found in re.finditer(r"[^;\n\r]+", text):
        piece = found[0].strip()
        if piece:
            yield piece, found.start() + found[0].index(piece)


class _Reader:
    """Makes nodes of the lines of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}
        self.used: set[int] = set()

    def read(self, piece: str, start: int, *, last: bool) -> None:
        """Add the nodes of a line, which starts there in the text."""
        self.spelled, self.origin = "", []
        for offset, character in enumerate(piece):
            replaced = SPELLED.get(character, character)
            self.spelled += replaced
            self.origin += [start + offset] * len(replaced)
        statement = self._statement(piece, start)
        target = None
        if isinstance(statement, ast.Assign):
            target = self._target(statement)
        elif not last:
            raise ExpressionError("unnamed", piece, start)
        place = self._node(statement.value, 0)
        if self.nodes[place].own or self.nodes[place].operation == CONSTANT:
            raise ExpressionError("nothing", piece, start)
        name = target or next(n for n in _result_names() if n not in self.names)
        if name in self.names:
            raise self._error("twice", statement.targets[0])
        kept = self.nodes[place]
        self.nodes[place] = replace(kept, name=name, own=True)
        self.names[name] = place

    def graph(self) -> Graph:
        """Return the graph of all lines; the nodes without a name get one."""
        result = len(self.nodes) - 1
        for name, place in self.names.items():
            if place != result and place not in self.used:
                raise ExpressionError("unused", name)
        kept = [p for p in range(result + 1) if p in self.used or p == result]
        places = {place: index for index, place in enumerate(kept)}
        near = {*self.names, *(name[0] for name in self.names)}  # s confuses beside s1
        spare = (name for name in _spare_names() if name not in near)
        nodes = []
        for node in (self.nodes[place] for place in kept):
            operands = tuple(places[place] for place in node.operands)
            nameless = not node.name and node.operation != CONSTANT
            name = next(spare) if nameless else node.name
            nodes.append(replace(node, name=name, operands=operands))
        return Graph(tuple(nodes))

    def _statement(self, piece: str, start: int) -> ast.Assign | ast.Expr:
        try:
            body = ast.parse(self.spelled).body
        except (RecursionError, MemoryError):
            raise ExpressionError("deep", piece, start) from None
        except (SyntaxError, ValueError) as error:
            offset = getattr(error, "offset", None) or 1
            at = self.origin[min(max(offset, 1), len(self.origin)) - 1]
            found = piece[at - start :]
            raise ExpressionError("syntax", found, at) from None
        if len(body) != 1 or not isinstance(body[0], ast.Assign | ast.Expr):
            raise ExpressionError("syntax", piece, start)
        return body[0]

    def _target(self, statement: ast.Assign) -> str:
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            raise self._error("target", target)
        self._check_name(target)
        return target.id

    def _node(self, tree: ast.expr, depth: int) -> int:
        """Add the nodes of an expression and return the place of its last."""
        if depth > DEEPEST:
            raise self._error("deep", tree)
        if isinstance(tree, ast.Constant):
            return self._constant(tree)
        if isinstance(tree, ast.Name):
            return self._named(tree)
        if isinstance(tree, ast.UnaryOp):
            return self._unary(tree, depth)
        if isinstance(tree, ast.Call):
            return self._call(tree, depth)
        if isinstance(tree, ast.BinOp) and type(tree.op) in BINARY:
            return self._binary(tree, depth)
        raise self._error("operation", tree)

    def _constant(self, tree: ast.Constant) -> int:
        number = tree.value
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self._error("operation", tree)
        if not abs(number) <= LARGEST:
            raise self._error("number", tree)
        return self._add(Node("", CONSTANT, number=float(number), own=False), tree)

    def _named(self, tree: ast.Name) -> int:
        if tree.id in CONSTANTS:
            number = CONSTANTS[tree.id]
            return self._add(Node("", CONSTANT, number=number, own=False), tree)
        if tree.id not in self.names:
            self._check_name(tree)
            self.names[tree.id] = self._add(Node(tree.id, INPUT), tree)
            if len([n for n in self.nodes if n.operation == INPUT]) > MOST_INPUTS:
                raise self._error("inputs", tree)
        return self.names[tree.id]

    def _unary(self, tree: ast.UnaryOp, depth: int) -> int:
        inner = self._node(tree.operand, depth + 1)
        if isinstance(tree.op, ast.UAdd):
            return inner
        if isinstance(tree.op, ast.USub):
            return self._operation("neg", (inner,), tree)
        raise self._error("operation", tree)

    def _call(self, tree: ast.Call, depth: int) -> int:
        if not isinstance(tree.func, ast.Name):
            raise self._error("product", tree)
        name = tree.func.id
        if name not in FUNCTIONS:
            raise self._error("function", tree.func)
        if tree.keywords or len(tree.args) != (2 if name == "max" else 1):
            raise self._error("arguments", tree)
        operands = [self._node(part, depth + 1) for part in tree.args]
        return self._operation(FUNCTIONS[name], tuple(operands), tree)

    def _binary(self, tree: ast.BinOp, depth: int) -> int:
        name = BINARY[type(tree.op)]
        parts = list(_terms(tree)) if name == "add" else [tree.left, tree.right]
        operands = tuple(self._node(part, depth + 1) for part in parts)
        if name == "pow":
            exponent = self.nodes[operands[1]]
            is_constant = exponent.operation == CONSTANT
            if is_constant and abs(exponent.number) > LARGEST_EXPONENT:
                raise self._error("exponent", tree.right)
        return self._operation(name, operands, tree)

    def _operation(self, name: str, operands: tuple[int, ...], tree: ast.expr) -> int:
        numbers = [self.nodes[place].number for place in operands]
        if all(self.nodes[place].operation == CONSTANT for place in operands):
            try:
                number = OPERATIONS[name].value(*numbers)
            except (ValueError, ZeroDivisionError, OverflowError):
                raise self._error("constant", tree) from None
            if not abs(number) <= LARGEST:
                raise self._error("number", tree)
            return self._add(Node("", CONSTANT, number=number, own=False), tree)
        self.used |= set(operands)
        return self._add(Node("", name, operands, own=False), tree)

    def _add(self, node: Node, tree: ast.expr) -> int:
        self.nodes.append(node)
        if len([n for n in self.nodes if n.operation != CONSTANT]) > MOST_NODES:
            raise self._error("nodes", tree)
        return len(self.nodes) - 1

    def _check_name(self, tree: ast.Name) -> None:
        if tree.id in TAKEN:
            raise self._error("taken", tree)
        if not NAME.fullmatch(tree.id):
            raise self._error("name", tree)

    def _error(self, kind: str, tree: ast.expr) -> ExpressionError:
        line = self.spelled.encode()
        start = len(line[: tree.col_offset].decode())
        end = len(line[: tree.end_col_offset].decode())
        first, last = self.origin[start], self.origin[end - 1]
        return ExpressionError(kind, self.text[first : last + 1], first)


def _terms(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield the terms of a + b + c, which the grammar reads as (a + b) + c."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        yield from _terms(tree.left)
        yield tree.right
    else:
        yield tree


def _result_names() -> Iterator[str]:
    yield from ("f", "J", "L")
    yield from (f"f{number}" for number in range(1, 2 * MOST_NODES))


def _spare_names() -> Iterator[str]:
    yield from SPARE_NAMES
    yield from (f"k{number}" for number in range(1, 2 * MOST_NODES))
