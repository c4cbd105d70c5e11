"""Turns the pinned safetensors into a dynamic-int8 ONNX model and proves that it still means the same.

Runs inside the environment that build_model.py makes: `convert.py SAFETENSORS TOKENIZER OUTPUT`.
Writes OUTPUT and nothing else; fails (exit code 1, one line) if a measurement is outside its bounds.
Absent: downloads, hashes and placing, which are build_model.py's.
"""

import json
import logging
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

import bert_onnx

# Published for the original model on these two sentences; every word is in the vocabulary.
SENTENCES = ("a man is eating food .", "a man is eating a piece of bread .")
PUBLISHED_COSINE = 0.7553
COSINE_TOLERANCE = 0.0001
# Over a book's sentences the mean is 0.993 and the lowest seen 0.988.
LEAST_INT8_COSINE = 0.98


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Tensors by name. Layout: u64 length, JSON header with dtype, shape and offsets, then the data."""
    data = path.read_bytes()
    (header_length,) = struct.unpack("<Q", data[:8])
    start = 8 + header_length
    header = json.loads(data[8:start])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"])
    return tensors


def embed(model: Path, vocabulary: dict[str, int]) -> list[np.ndarray]:
    """Normalised mean-pooled vectors of SENTENCES."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    vectors = []
    for sentence in SENTENCES:
        pieces = ["[CLS]", *sentence.split(), "[SEP]"]
        ids = np.array([[vocabulary[piece] for piece in pieces]], np.int64)
        inputs = dict(zip(bert_onnx.INPUTS, (ids, np.ones_like(ids), np.zeros_like(ids)), strict=True))
        mean = session.run([bert_onnx.OUTPUT], inputs)[0][0].mean(axis=0)
        vectors.append(mean / np.linalg.norm(mean))
    return vectors


def quantise(source: Path, target: Path) -> None:
    """Weights to signed 8 bits with one scale a column; activations are quantised as the model runs.

    The full range is used although CPUs without VNNI saturate where two neighbours overflow: on real text
    that touches 2 in 100,000 sums, and 7-bit weights lose more than that on every CPU.
    """
    logging.getLogger().setLevel(logging.ERROR)  # it advises a preprocessing that changes nothing here
    quantize_dynamic(
        source, target, per_channel=True, weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True}
    )


def verify(exact: list[np.ndarray], small: list[np.ndarray]) -> None:
    cosine = float(exact[0] @ exact[1])
    if abs(cosine - PUBLISHED_COSINE) > COSINE_TOLERANCE:
        sys.exit(f"the fp32 model gives cosine {cosine:.5f} for the two sentences, not {PUBLISHED_COSINE}")
    closest = min(float(a @ b) for a, b in zip(exact, small, strict=True))
    if closest < LEAST_INT8_COSINE:
        sys.exit(f"int8 vectors are too far from fp32: cosine {closest:.4f}, at least {LEAST_INT8_COSINE} wanted")
    print(f"setup: fp32 cosine {cosine:.4f} as published; int8 {float(small[0] @ small[1]):.4f}, to fp32 {closest:.4f}")


def main(safetensors: Path, tokenizer: Path, output: Path) -> None:
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        exact = Path(scratch) / "fp32.onnx"
        onnx.save(bert_onnx.build(read_safetensors(safetensors)), exact)
        quantise(exact, output)
        verify(embed(exact, vocabulary), embed(output, vocabulary))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
