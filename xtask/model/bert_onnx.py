"""Writes the BERT encoder of all-MiniLM-L6-v2 as an ONNX graph.

Source of the architecture: Devlin et al., "BERT" (2019), and the model's own config.json (values in `Shape`).
The position table is cut with Slice, not Gather: the runtime's embedding fusion mistakes a Gather there for
something else and fails. The graph uses standard operators only, so that any ONNX runtime can read it, and every
name in it is fixed, so that the same weights always give the same bytes.
"""

from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper

OPSET = 20  # the first with Gelu
IR_VERSION = 9
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"


@dataclass(frozen=True)
class Shape:
    """The sizes in the model's config.json."""

    layers: int = 6
    heads: int = 12
    width: int = 384
    norm_epsilon: float = 1e-12

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class _Graph:
    """Collects nodes and constants; each result is named after what it is."""

    def __init__(self, weights: dict[str, np.ndarray], shape: Shape):
        self.weights = weights
        self.shape = shape
        self.nodes = []
        self.constants = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, name: str, values: list[int]) -> str:
        return self.constant(name, np.array(values, np.int64))

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, np.float32))

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def op(self, kind: str, inputs: list[str], result: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [result], name=f"{result}/{kind}", **attributes))
        return result

    def norm(self, x: str, prefix: str, result: str) -> str:
        inputs = [x, self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")]
        return self.op("LayerNormalization", inputs, result, axis=-1, epsilon=self.shape.norm_epsilon)

    def linear(self, x: str, prefix: str, result: str) -> str:
        # The weights are stored transposed: MatMul takes them like that, and the quantizer handles MatMul only.
        matrix = self.constant(f"{prefix}.weight.T", self.weights[f"{prefix}.weight"].T)
        product = self.op("MatMul", [x, matrix], f"{result}.product")
        return self.op("Add", [product, self.weight(f"{prefix}.bias")], result)

    def embeddings(self) -> str:
        zero, one, two = (self.integers(f"index.{n}", [n]) for n in range(3))
        shape = self.op("Shape", ["input_ids"], "input_shape")
        length = self.op("Slice", [shape, one, two, zero], "input_length")
        table = self.weight("embeddings.position_embeddings.weight")
        positions = self.op("Slice", [table, zero, length, zero], "embeddings.positions")
        words = self.op("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"], "embeddings.words")
        types = self.weight("embeddings.token_type_embeddings.weight")
        types = self.op("Gather", [types, "token_type_ids"], "embeddings.types")
        total = self.op("Add", [words, types], "embeddings.typed_words")
        total = self.op("Add", [total, positions], "embeddings.sum")
        return self.norm(total, "embeddings.LayerNorm", "embeddings.result")

    def mask_bias(self) -> str:
        """0 where a token counts, the lowest float where it is padding; added before the softmax."""
        mask = self.op("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
        mask = self.op("Unsqueeze", [mask, self.integers("mask.axes", [1, 2])], "mask.broadcast")
        absent = self.op("Sub", [self.number("mask.one", 1.0), mask], "mask.absent")
        return self.op("Mul", [absent, self.number("mask.lowest", np.finfo(np.float32).min)], "mask.bias")

    def heads(self, x: str, source: str, result: str, perm: list[int]) -> str:
        rows = self.linear(x, source, result)
        split = self.integers("heads.split", [0, 0, self.shape.heads, self.shape.head_width])
        rows = self.op("Reshape", [rows, split], f"{result}.heads")
        return self.op("Transpose", [rows], f"{result}.by_head", perm=perm)

    def attention(self, x: str, bias: str, layer: str) -> str:
        source = f"{layer}.attention.self"
        query = self.heads(x, f"{source}.query", f"{layer}.query", [0, 2, 1, 3])
        key = self.heads(x, f"{source}.key", f"{layer}.key", [0, 2, 3, 1])
        value = self.heads(x, f"{source}.value", f"{layer}.value", [0, 2, 1, 3])
        scores = self.op("MatMul", [query, key], f"{layer}.scores")
        root = self.number("attention.root", self.shape.head_width**0.5)
        scores = self.op("Div", [scores, root], f"{layer}.scaled")
        scores = self.op("Add", [scores, bias], f"{layer}.masked")
        shares = self.op("Softmax", [scores], f"{layer}.shares", axis=-1)
        mixed = self.op("MatMul", [shares, value], f"{layer}.mixed")
        mixed = self.op("Transpose", [mixed], f"{layer}.by_token", perm=[0, 2, 1, 3])
        return self.op("Reshape", [mixed, self.integers("heads.join", [0, 0, self.shape.width])], f"{layer}.context")

    def layer(self, x: str, bias: str, number: int, result: str) -> str:
        layer = f"encoder.layer.{number}"
        y = self.linear(self.attention(x, bias, layer), f"{layer}.attention.output.dense", f"{layer}.attended")
        y = self.op("Add", [y, x], f"{layer}.attended_sum")
        x = self.norm(y, f"{layer}.attention.output.LayerNorm", f"{layer}.middle")
        y = self.linear(x, f"{layer}.intermediate.dense", f"{layer}.wide")
        y = self.op("Gelu", [y], f"{layer}.gelu", approximate="none")
        y = self.linear(y, f"{layer}.output.dense", f"{layer}.narrow")
        y = self.op("Add", [y, x], f"{layer}.sum")
        return self.norm(y, f"{layer}.output.LayerNorm", result)


def build(weights: dict[str, np.ndarray], shape: Shape = Shape()) -> ModelProto:
    """The encoder for these weights (names as in the safetensors file), checked by `onnx`."""
    graph = _Graph(weights, shape)
    x = graph.embeddings()
    bias = graph.mask_bias()
    for number in range(shape.layers):
        last = number == shape.layers - 1
        x = graph.layer(x, bias, number, OUTPUT if last else f"encoder.layer.{number}.result")
    axes = ["batch", "length"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in INPUTS],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [*axes, shape.width])],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="alexandria",
    )
    checker.check_model(model)
    return model
