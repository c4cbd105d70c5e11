#!/usr/bin/env python3
"""Generates a vault file to freeze in this folder, or verifies that the frozen ones can be reproduced.

    make.py check
    make.py make [--epochs N] [--unknown-entry KIND] NAME SEED SLOT...

`make` writes NAME.json and adds its credentials to secrets.json. All random values are derived from SEED, so that the same
arguments give the same file. A SLOT is `keychain` (the entry of a new library), `entry` (an entry with its own id, version
2), `passphrase=TEXT`, `recovery`, or a slot of another kind as JSON; the order is preserved. `--epochs` gives the key ring
more than one epoch and `--unknown-entry` an entry of another kind (both version 3). Existing files are never changed.

`check` opens each file with its credentials and generates it again from what it finds, to the last byte.

Written from docs/formats/vault.md, with the functions of ../crypto/check.py, whose requirements it shares.
"""

import argparse
import json
import pathlib
import sys
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "crypto"))

from check import decode_ring_v2, hkdf, key_id, seal_envelope, times_a  # noqa: E402

SECRETS = HERE / "secrets.json"
RING_V1 = b"alexandria/key-ring/v1"
RING_V2 = b"alexandria/key-ring/v2"
PASSPHRASE = b"alexandria/passphrase-slot/v1"
RECOVERY = b"alexandria/recovery-slot/v1"
# Memory in KiB, passes, lanes.
COST = (65536, 3, 1)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def open_envelope(secret, label, context, sealed):
    """The plaintext, and the salt that it was sealed with."""
    salt = sealed[2:34]
    okm = hkdf(secret, salt, b"alexandria/envelope/v1" + b"\x01\x01" + label, 64)
    assert sealed[:2] == b"\x01\x01" and sealed[34:66] == okm[32:], "another secret, or another format"
    aad = len(label).to_bytes(8, "big") + label + context
    return AESGCM(okm[:32]).decrypt(bytes(12), sealed[66:], aad), salt


def passphrase_secret(text, cost, salt):
    """The secret and the context of a passphrase slot."""
    memory, passes, lanes = cost
    stretch = Argon2id(salt=salt, length=32, memory_cost=memory, iterations=passes, lanes=lanes)
    context = b"".join(number.to_bytes(4, "big") for number in cost) + salt
    return stretch.derive(unicodedata.normalize("NFC", text).encode()), context


def recovery_secret(code):
    """The secret of a recovery slot."""
    return hkdf(code.replace("-", "")[:26].encode(), b"", b"alexandria/recovery-code/v1", 32)


def format_code(digits):
    """The code of 26 digits, with the two that make it zero at 1 and at a."""
    at_one = at_a = 0
    for digit in digits:
        at_one ^= digit
        at_a = times_a(at_a) ^ digit
    checks = ((first, at_one ^ first) for first in range(32))
    first, second = next(pair for pair in checks if times_a(times_a(at_a) ^ pair[0]) == pair[1])
    text = "".join(DIGITS[digit] for digit in [*digits, first, second])
    return "-".join(text[at : at + 4] for at in range(0, 28, 4))


def keyed_blake3(key, message):
    """BLAKE3 of at most one block, keyed: its first 32 bytes."""
    assert len(key) == 32 and len(message) <= 64

    def words(data):
        return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]

    start = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A]
    # No counter; the only chunk is first, last and root, under a key.
    state = words(key) + start + [0, 0, len(message), 1 | 2 | 8 | 16]
    block = words(message.ljust(64, b"\0"))

    def rotate(word, by):
        return (word >> by | word << (32 - by)) & 0xFFFFFFFF

    def mix(a, b, c, d, one, two):
        for word, of_d, of_b in ((one, 16, 12), (two, 8, 7)):
            state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
            state[d] = rotate(state[d] ^ state[a], of_d)
            state[c] = (state[c] + state[d]) & 0xFFFFFFFF
            state[b] = rotate(state[b] ^ state[c], of_b)

    columns = [(at, at + 4, at + 8, at + 12) for at in range(4)]
    diagonals = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]
    for _round in range(7):
        for number, places in enumerate(columns + diagonals):
            mix(*places, block[2 * number], block[2 * number + 1])
        block = [block[at] for at in (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)]
    return b"".join((state[at] ^ state[at + 8]).to_bytes(4, "little") for at in range(8))


def stored_slot(slot_parts, key):
    """The slot as it is stored."""
    if slot_parts["kind"] == "keychain":
        slot = {"kind": "keychain"}
        if slot_parts["entry"] is not None:
            slot["entry"] = slot_parts["entry"].hex()
    elif slot_parts["kind"] == "passphrase":
        secret, context = passphrase_secret(slot_parts["text"], slot_parts["cost"], slot_parts["salt"])
        envelope = seal_envelope(secret, PASSPHRASE, context, key, slot_parts["envelope_salt"])
        memory, passes, lanes = slot_parts["cost"]
        slot = {"kind": "passphrase", "memory_kib": memory, "passes": passes, "lanes": lanes}
        slot |= {"salt": slot_parts["salt"].hex(), "envelope": envelope.hex()}
    elif slot_parts["kind"] == "recovery":
        envelope = seal_envelope(recovery_secret(slot_parts["code"]), RECOVERY, b"", key, slot_parts["envelope_salt"])
        slot = {"kind": "recovery", "envelope": envelope.hex()}
    else:
        return slot_parts
    return dict(sorted(slot.items()))


def slot_secrets(slot_parts, parts):
    """The credential of a slot, as stored in secrets.json."""
    if slot_parts["kind"] == "keychain":
        entry = "" if slot_parts["entry"] is None else "-" + slot_parts["entry"].hex()
        return {"account": f"library-{parts['library'].hex()}{entry}", "library_key": parts["key"].hex()}
    if slot_parts["kind"] == "passphrase":
        return {"passphrase": slot_parts["text"]}
    if slot_parts["kind"] == "recovery":
        return {"recovery_code": slot_parts["code"]}
    return {}


def ring_context(library, device):
    return b"alexandria/vault/v1" + library + device


def encode_ring(ring):
    """The label and the plaintext of a ring: version 1 if that can represent it."""
    if len(ring["epochs"]) == 1 and not ring["unknown"]:
        return RING_V1, ring["database"] + ring["epochs"][0] + ring["index"] + ring["ids"]
    entries = [(1, ring["database"]), (2, ring["index"]), (3, ring["ids"])]
    entries += [(4, epoch) for epoch in ring["epochs"]] + ring["unknown"]
    return RING_V2, b"".join(bytes([kind]) + secret for kind, secret in entries)


def decode_ring(plain):
    if len(plain) == 128:
        database, epoch, index, ids = (plain[at : at + 32] for at in range(0, 128, 32))
        return {"database": database, "epochs": [epoch], "index": index, "ids": ids, "unknown": []}
    secrets = decode_ring_v2(plain)
    [database], [index], [ids], epochs = (secrets[kind] for kind in (1, 2, 3, 4))
    unknown = [(kind, secret) for kind in secrets if kind > 4 for secret in secrets[kind]]
    return {"database": database, "epochs": epochs, "index": index, "ids": ids, "unknown": unknown}


def generate(parts):
    """The text of a vault, and its credentials."""
    ring, slots = parts["ring"], parts["slots"]
    label, plain = encode_ring(ring)
    context = ring_context(parts["library"], parts["device"])
    has_entry = any(slot_parts["kind"] == "keychain" and slot_parts["entry"] is not None for slot_parts in slots)
    stored = {
        "format": "alexandria-vault",
        "version": 3 if label == RING_V2 else 2 if has_entry else 1,
        "library": parts["library"].hex(),
        "device": parts["device"].hex(),
        "slots": [stored_slot(slot_parts, parts["key"]) for slot_parts in slots],
        "keys": seal_envelope(parts["key"], label, context, plain, parts["ring_salt"]).hex(),
    }
    database_salt = hkdf(ring["database"], b"", b"alexandria/database-salt/v1", 16)
    publication = keyed_blake3(ring["ids"], b"alexandria/publication-id/v1" + bytes(32))
    pragma = f"x'{ring['database'].hex()}{database_salt.hex()}'"
    secrets = {"database_pragma": pragma, "publication_id": publication[:16].hex()}
    if label == RING_V2:
        secrets["epoch_key_ids"] = [key_id(epoch).hex() for epoch in ring["epochs"]]
    for slot_parts in slots:
        secrets |= slot_secrets(slot_parts, parts)
    return json.dumps(stored, indent=2, ensure_ascii=False) + "\n", dict(sorted(secrets.items()))


def decrypt(stored, secrets):
    """The parts of a vault, decrypted with its credentials."""
    library, device = (bytes.fromhex(stored[name]) for name in ("library", "device"))
    slots, keys = [], set()
    for slot in stored["slots"]:
        kind = slot["kind"]
        if kind == "keychain":
            slots.append({"kind": kind, "entry": bytes.fromhex(slot["entry"]) if "entry" in slot else None})
            keys.add(bytes.fromhex(secrets["library_key"]))
        elif kind == "passphrase":
            cost = tuple(slot[name] for name in ("memory_kib", "passes", "lanes"))
            salt, text = bytes.fromhex(slot["salt"]), secrets["passphrase"]
            secret, context = passphrase_secret(text, cost, salt)
            key, envelope_salt = open_envelope(secret, PASSPHRASE, context, bytes.fromhex(slot["envelope"]))
            slots.append({"kind": kind, "text": text, "cost": cost, "salt": salt, "envelope_salt": envelope_salt})
            keys.add(key)
        elif kind == "recovery":
            code = secrets["recovery_code"]
            key, envelope_salt = open_envelope(recovery_secret(code), RECOVERY, b"", bytes.fromhex(slot["envelope"]))
            slots.append({"kind": kind, "code": code, "envelope_salt": envelope_salt})
            keys.add(key)
        else:
            slots.append(slot)
    [key] = keys
    wrapped = bytes.fromhex(stored["keys"])
    label = RING_V1 if len(wrapped) == 210 else RING_V2
    plain, ring_salt = open_envelope(key, label, ring_context(library, device), wrapped)
    ring = decode_ring(plain)
    return {"library": library, "device": device, "key": key, "ring": ring, "ring_salt": ring_salt, "slots": slots}


def derive_parts(seed, wanted_slots, epochs, unknown_kinds):
    """The parts of a new vault: all random values are derived from the seed."""

    def derive(name, length):
        return hkdf(seed.encode(), b"", b"alexandria/vault-vector/v1/" + name, length)

    slots = []
    for wanted_slot in wanted_slots:
        if wanted_slot in ("keychain", "entry"):
            slots.append({"kind": "keychain", "entry": derive(b"entry", 8) if wanted_slot == "entry" else None})
        elif wanted_slot == "recovery":
            code = format_code([byte % 32 for byte in derive(b"code", 26)])
            slots.append({"kind": wanted_slot, "code": code, "envelope_salt": derive(b"code-salt", 32)})
        elif wanted_slot.startswith("passphrase="):
            salts = {"salt": derive(b"passphrase", 16), "envelope_salt": derive(b"passphrase-salt", 32)}
            slots.append({"kind": "passphrase", "text": wanted_slot.removeprefix("passphrase="), "cost": COST, **salts})
        else:
            slot = json.loads(wanted_slot)
            if slot["kind"] in ("keychain", "passphrase", "recovery"):
                sys.exit(f"{slot['kind']} is known; name it without JSON")
            slots.append(slot)
    ring = decode_ring(derive(b"ring", 128))
    ring["epochs"] += [derive(b"epoch-%d" % number, 32) for number in range(2, epochs + 1)]
    ring["unknown"] = [(kind, derive(b"unknown-%d" % kind, 32)) for kind in sorted(unknown_kinds)]
    lengths = {"library": 16, "device": 16, "key": 32, "ring_salt": 32}
    return {name: derive(name.encode(), length) for name, length in lengths.items()} | {"ring": ring, "slots": slots}


def check():
    secrets = json.loads(SECRETS.read_text(encoding="utf-8"))
    for name, opens in secrets.items():
        text = (HERE / f"{name}.json").read_text(encoding="utf-8")
        assert generate(decrypt(json.loads(text), opens)) == (text, opens), f"{name} is not reproduced"
    print(len(secrets), "vaults are reproduced")


def make(name, seed, wanted_slots, epochs, unknown_kinds):
    secrets, file = json.loads(SECRETS.read_text(encoding="utf-8")), HERE / f"{name}.json"
    if name in secrets or file.exists():
        sys.exit(f"{name} exists, and vectors are never changed; choose another name")
    text, secrets[name] = generate(derive_parts(seed, wanted_slots, epochs, unknown_kinds))
    file.write_text(text, encoding="utf-8", newline="\n")
    listed = json.dumps(dict(sorted(secrets.items())), indent=2, ensure_ascii=False)
    SECRETS.write_text(listed + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("check", help="generate every frozen vault again and compare")
    making = tasks.add_parser("make", help="generate a vault to freeze")
    making.add_argument("name", help="name of the file, for instance v2-restored")
    making.add_argument("seed", help="any text")
    making.add_argument("slots", nargs="+", metavar="SLOT", help="keychain, entry, passphrase=TEXT, recovery, or JSON")
    making.add_argument("--epochs", type=int, default=1, help="number of epochs of the key ring")
    making.add_argument("--unknown-entry", type=int, action="append", default=[], help="kind of an entry, from 5 to 255")
    given = parser.parse_args()
    if given.task == "check":
        check()
    else:
        make(given.name, given.seed, given.slots, given.epochs, given.unknown_entry)
