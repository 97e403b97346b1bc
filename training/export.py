"""The trained network as one ONNX file with int8 weights, built node by node.

Why by hand: ready-made dynamic quantisation scales activations per batch, so that a pair's
result would depend on its neighbours. Here every token's activations are scaled by their own
largest value, and integer sums are exact: the same pair gives the same bytes in any batch.
Batches hold sentences of one length, so the graph needs no mask.
"""

from __future__ import annotations

import pathlib

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from detente.read.marking import MAX_TOKENS
from model import HEADS, LAYERS, WIDTH, Classifier

Array = NDArray[np.float32]
OPSET = 20
#: Weights use 7 bits: two products then fit the 16-bit sums of processors without VNNI.
WEIGHT_MAX = 63
#: Operators of onnxruntime's own.
FUSED = {"MultiHeadAttention", "MatMulIntegerToFloat"}


class Graph:
    """Nodes and constants under way to an ONNX graph; methods return the output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self.count = 0

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A stored array; the same name is stored once."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        """A node of one output."""
        self.count += 1
        out = f"{kind.lower()}_{self.count}"
        domain = "com.microsoft" if kind in FUSED else ""
        node = helper.make_node(kind, list(inputs), [out], name=out, domain=domain, **attributes)
        self.nodes.append(node)
        return out

    def number(self, value: float) -> str:
        """A float32 scalar."""
        return self.constant(f"f{value}", np.array(value, np.float32))

    def axes(self, *values: int) -> str:
        """A list of integers, as shapes and axes are given."""
        return self.constant("i" + "_".join(map(str, values)), np.array(values, np.int64))

    def per_token(self, x: str) -> tuple[str, str]:
        """Rows of activations as uint8 around 128, and the scale of each row."""
        largest = self.op("ReduceMax", self.op("Abs", x), self.axes(-1), keepdims=0)
        scale = self.op("Div", self.op("Max", largest, self.number(1e-9)), self.number(127.0))
        middle = self.constant("u128", np.array(128, np.uint8))
        zero = self.op("Expand", middle, self.op("Shape", scale))
        return self.op("QuantizeLinear", x, scale, zero, axis=0), scale

    def linear(self, quantised: tuple[str, str], name: str, weight: Array, bias: Array) -> str:
        """x·Wᵀ + b with int8 weights, one scale per output unit."""
        x, scale = quantised
        size = np.maximum(np.abs(weight).max(axis=1), 1e-9) / WEIGHT_MAX
        whole = np.round(weight / size[:, None]).astype(np.int8).T
        total = self.op(
            "MatMulIntegerToFloat", x, self.constant(name + ".w", whole), self.number(1.0),
            self.constant(name + ".s", size.astype(np.float32)), "u128",
            self.constant("i8zero", np.array(0, np.int8)),
        )  # fmt: skip
        total = self.op("Mul", total, self.op("Unsqueeze", scale, self.axes(-1)))
        return self.op("Add", total, self.constant(name + ".b", bias))

    def plain(self, x: str, name: str, weight: Array, bias: Array) -> str:
        """x·Wᵀ + b in float32, for the small heads."""
        product = self.op("MatMul", x, self.constant(name + ".w", weight.T.astype(np.float32)))
        return self.op("Add", product, self.constant(name + ".b", bias))

    def norm(self, x: str, name: str, weight: Array, bias: Array) -> str:
        """Layer normalisation over the last axis."""
        return self.op(
            "LayerNormalization", x, self.constant(name + ".w", weight),
            self.constant(name + ".b", bias), axis=-1, epsilon=1e-12,
        )  # fmt: skip


def build(model: Classifier, heads: list[str]) -> onnx.ModelProto:
    """The network as ONNX: ``ids`` (batch, length), ``at`` (batch, 2) → logits by head.

    Weights of the encoder and the word vectors are int8; norms, places, biases and heads
    are float32.
    """
    state = {key: value.float().numpy() for key, value in model.state_dict().items()}
    g = Graph()

    def both(name: str) -> tuple[str, Array, Array]:
        return name, state[name + ".weight"], state[name + ".bias"]

    x = g.op("Reshape", _embedded(g, state), g.axes(-1, WIDTH))  # a row for each token
    x = g.norm(x, *both("norm"))
    batched = g.op("Concat", g.op("Shape", "ids"), g.axes(-1), axis=0)  # the width is left open
    for i in range(LAYERS):
        own = f"layers.{i}."
        qkv = g.linear(g.per_token(x), *both(own + "qkv"))
        x = g.norm(
            g.op("Add", x, _attention(g, qkv, batched, both(own + "out"))), *both(own + "norm1")
        )
        up = g.linear(g.per_token(x), *both(own + "up"))
        deep = g.linear(g.per_token(g.op("Gelu", up)), *both(own + "down"))
        x = g.norm(g.op("Add", x, deep), *both(own + "norm2"))
    x = g.op("Reshape", x, batched)
    rows = g.op("Unsqueeze", "at", g.axes(2))
    marked = g.op("Reshape", g.op("GatherND", x, rows, batch_dims=1), g.axes(0, 2 * WIDTH))
    first = g.op("Gather", x, g.constant("n0", np.array(0, np.int64)), axis=1)
    mean = g.op("ReduceMean", x, g.axes(1), keepdims=0)
    mixed = g.op("Tanh", g.plain(g.op("Concat", first, mean, marked, axis=1), *both("mix")))
    outputs = []
    for i, name in enumerate(heads):
        logits = g.plain(mixed, *both(f"heads.{i}"))
        g.nodes.append(helper.make_node("Identity", [logits], [name]))
        size = len(state[f"heads.{i}.bias"])
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size]))
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("at", TensorProto.INT64, ["batch", 2]),
    ]
    graph = helper.make_graph(g.nodes, "plover", inputs, outputs, list(g.constants.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    made.producer_name = "detente"
    onnx.checker.check_model(made)
    return made


def _embedded(g: Graph, state: dict[str, Array]) -> str:
    words = state["words.weight"]
    size = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-9) / 127
    whole = g.constant("words", np.round(words / size).astype(np.int8))
    rows = g.op("Cast", g.op("Gather", whole, "ids"), to=TensorProto.FLOAT)
    scale = g.op("Gather", g.constant("words.s", size.astype(np.float32)), "ids")
    length = g.op("Squeeze", g.op("Shape", "ids", start=1, end=2))
    zero, one = (g.constant(f"n{i}", np.array(i, np.int64)) for i in range(2))
    places = g.constant("places", state["places.weight"][:MAX_TOKENS])
    here = g.op("Gather", places, g.op("Range", zero, length, one))
    return g.op("Add", g.op("Mul", rows, scale), here)


def _attention(g: Graph, qkv: str, batched: str, out: tuple[str, Array, Array]) -> str:
    qkv = g.op("Reshape", qkv, batched)
    parts = [f"{qkv}_{name}" for name in "qkv"]
    g.nodes.append(helper.make_node("Split", [qkv], parts, axis=-1, num_outputs=3))
    seen = g.op("MultiHeadAttention", *parts, num_heads=HEADS)
    return g.linear(g.per_token(g.op("Reshape", seen, g.axes(-1, WIDTH))), *out)


def save(model: Classifier, heads: list[str], path: pathlib.Path) -> None:
    """Write the ONNX file in one go: a file half-written would be loaded as if whole."""
    part = path.with_suffix(".part")
    part.write_bytes(build(model, heads).SerializeToString(deterministic=True))
    part.replace(path)
