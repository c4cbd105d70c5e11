#!/usr/bin/env python3
"""A second implementation of docs/formats/record.md and docs/formats/statements.md, checked against the vectors here.

It was written from those pages alone, which shows that they are complete. `cargo xtask test` runs it in the Python
environment that `cargo xtask setup` creates. Needs the `cryptography` package; BLAKE3 is below, after its paper.
"""

import json
import pathlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HERE = pathlib.Path(__file__).parent

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
QUARTERS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8


def rotate(word, count):
    return (word >> count) | (word << (32 - count)) & 0xFFFFFFFF


def compress(chain, block, counter, length, flags):
    words = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    state = [*chain, *IV[:4], counter & 0xFFFFFFFF, counter >> 32, length, flags]
    for _round in range(7):
        for number, (a, b, c, d) in enumerate(QUARTERS):
            for word, (right, left) in zip(words[2 * number : 2 * number + 2], ((16, 12), (8, 7))):
                state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
                state[d] = rotate(state[d] ^ state[a], right)
                state[c] = (state[c] + state[d]) & 0xFFFFFFFF
                state[b] = rotate(state[b] ^ state[c], left)
        words = [words[at] for at in ORDER]
    return tuple(state[at] ^ state[at + 8] for at in range(8))


def blake3_tree(data, counter, root):
    if len(data) <= 1024:
        blocks = [data[at : at + 64] for at in range(0, len(data), 64)] or [b""]
        chain = IV
        for number, block in enumerate(blocks):
            flags = CHUNK_START if number == 0 else 0
            if number == len(blocks) - 1:
                flags |= CHUNK_END | root
            chain = compress(chain, block, counter, len(block), flags)
        return chain
    left = 1024
    while left * 2 < len(data):
        left *= 2
    children = blake3_tree(data[:left], counter, 0), blake3_tree(data[left:], counter + left // 1024, 0)
    block = b"".join(struct.pack("<8I", *child) for child in children)
    return compress(IV, block, 0, 64, PARENT | root)


def blake3(data):
    return struct.pack("<8I", *blake3_tree(data, 0, ROOT))


def sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verifies(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def public_key(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def fields(case, *names):
    return [bytes.fromhex(case[name]) for name in names]


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def numbers(length):
    return bytes((7 * i + 3) % 251 for i in range(length))


def check_records(data):
    [seed] = fields(data, "seed")
    assert public_key(seed).hex() == data["public_key"]
    previous = bytes(32)
    for case in data["records"]:
        account, device, stream = fields(case, "account", "device", "stream")
        ciphertext = numbers(case["ciphertext_length"])
        bound = b"ALXR\x01\x01\0\0" + account + device + stream
        bound += u64(case["seq"]) + u64(case["hlc"]) + u32(case["key_epoch"]) + previous
        assert (b"alexandria/record/v1/additional-data" + bound).hex() == case["additional_data"]
        signed = bound + u32(len(ciphertext)) + ciphertext
        frame = signed + sign(seed, b"alexandria/record/v1/signature" + signed)
        assert case["frame"] in (None, frame.hex())
        assert frame[-64:].hex() == case["signature"]
        assert len(frame) == case["frame_length"] == 176 + len(ciphertext)
        previous = blake3(frame)
        assert previous.hex() == case["hash"]
        changed = bytes([signed[0] ^ 1]) + signed[1:]
        assert not verifies(public_key(seed), frame[-64:], b"alexandria/record/v1/signature" + changed)
    return len(data["records"])


def device_bytes(device):
    device_id, signing, sealing, label = fields(device, "device", "signing_key", "sealing_key", "label")
    return device_id + signing + sealing + u64(len(label)) + label


def heads_bytes(heads):
    encoded = sorted(b"".join([*fields(head, "device", "stream"), u64(head["seq"]), *fields(head, "hash")]) for head in heads)
    return u64(len(encoded)) + b"".join(encoded)


def change_bytes(change):
    kind = change["kind"]
    if kind == "create":
        return b"\x01" + device_bytes(change["device"]) + bytes.fromhex(change["account_key"])
    if kind == "add":
        return b"\x02" + device_bytes(change["device"])
    if kind == "revoke":
        return b"\x03" + b"".join(fields(change, "device", "account_key")) + heads_bytes(change["ends"])
    assert kind == "rekey"
    return b"\x04" + bytes.fromhex(change["account_key"])


def check_device_log(cases):
    previous = bytes(32)
    domain = b"alexandria/device-log/v1/entry"
    for number, case in enumerate(cases, 1):
        account, seed = fields(case, "account", "issuer_seed")
        issuer = b"\x02" + bytes.fromhex(case["issuer"]) if case["issuer"] else b"\x01"
        message = account + u32(number) + previous + u64(case["at_ms"]) + issuer + change_bytes(case["change"])
        signature = sign(seed, domain + message)
        assert signature.hex() == case["signature"]
        previous = blake3(domain + message + signature)
        assert previous.hex() == case["hash"]
    return len(cases)


def check_proofs(cases):
    for case in cases:
        seed, account, device, nonce = fields(case, "seed", "account", "device", "nonce")
        origin = case["origin"].encode()
        message = u64(len(origin)) + origin + account + device + nonce
        assert sign(seed, f"alexandria/proof/v1/{case['purpose']}".encode() + message).hex() == case["signature"]
    return len(cases)


def check_snapshot(case):
    seed, account, snapshot, device, blob = fields(case, "seed", "account", "snapshot", "device", "blob")
    message = account + snapshot + device + blob + u32(case["key_epoch"]) + heads_bytes(case["covered"])
    assert sign(seed, b"alexandria/snapshot/v1" + message).hex() == case["signature"]
    return 1


def check_enrolment(case):
    account, enrolment, new, old = fields(case, "account", "enrolment", "new_device", "old_device")
    new_keys, old_keys, opening, nonce = fields(case, "new_keys", "old_keys", "opening", "nonce")
    commitment = blake3(b"alexandria/enrolment/v1/commitment" + enrolment + new_keys + opening)
    assert commitment.hex() == case["commitment"]
    assert blake3(b"alexandria/enrolment/v1/keys" + enrolment + new_keys).hex() == case["keys_hash"]
    transcript = account + enrolment + new + old + new_keys + opening + nonce + old_keys
    number = int.from_bytes(blake3(b"alexandria/enrolment/v1/digits" + transcript)[:8], "big") % 10**7
    assert f"{number // 10000:03} {number % 10000:04}" == case["digits"]
    assert blake3(b"alexandria/enrolment/v1/seal" + transcript).hex() == case["seal_info"]
    code = ["ALX-ENROL", "1", case["enrolment"], case["new_device"], case["keys_hash"], case["secret"]]
    assert ":".join(code).upper() == case["qr"]
    return 1


def read(name):
    return json.loads((HERE / name).read_text())


if __name__ == "__main__":
    # From BLAKE3's own vectors, so that an error in it is not found as one of the format.
    assert blake3(b"").hex() == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    statements = read("statements.json")
    count = check_records(read("records.json")) + check_device_log(statements["device_log"])
    count += check_proofs(statements["proofs"]) + check_snapshot(statements["snapshot"])
    print(count + check_enrolment(statements["enrolment"]), "vectors agree")
