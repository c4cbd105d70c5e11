#!/usr/bin/env python3
"""Makes a vault file to be frozen here, or shows that the frozen ones are made again as they are.

    make.py check
    make.py make NAME SEED WAY...

`make` writes NAME.json and adds what opens it to secrets.json. Everything random follows from SEED, so the same words
give the same file. A WAY is `keychain` (the entry that a new library has), `entry` (an entry of its own, version 2),
`passphrase=WORDS`, `recovery`, or a slot of another kind as JSON, in this order. What is there is never changed.

`check` opens each file with its secrets and makes it again from what it finds, down to the last byte.

Written from docs/formats/vault.md, with the functions of ../crypto/check.py; needs what that needs.
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

from check import hkdf, seal_envelope, times_a  # noqa: E402

SECRETS = HERE / "secrets.json"
RING = b"alexandria/key-ring/v1"
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


def of_words(words, cost, salt):
    """The secret and the context of a passphrase slot."""
    memory, passes, lanes = cost
    stretch = Argon2id(salt=salt, length=32, memory_cost=memory, iterations=passes, lanes=lanes)
    context = b"".join(number.to_bytes(4, "big") for number in cost) + salt
    return stretch.derive(unicodedata.normalize("NFC", words).encode()), context


def of_code(code):
    """The secret of a recovery slot."""
    return hkdf(code.replace("-", "")[:26].encode(), b"", b"alexandria/recovery-code/v1", 32)


def code_of(digits):
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

    def turn(word, by):
        return (word >> by | word << (32 - by)) & 0xFFFFFFFF

    def mix(a, b, c, d, one, two):
        for word, of_d, of_b in ((one, 16, 12), (two, 8, 7)):
            state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
            state[d] = turn(state[d] ^ state[a], of_d)
            state[c] = (state[c] + state[d]) & 0xFFFFFFFF
            state[b] = turn(state[b] ^ state[c], of_b)

    columns = [(at, at + 4, at + 8, at + 12) for at in range(4)]
    diagonals = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]
    for _round in range(7):
        for number, places in enumerate(columns + diagonals):
            mix(*places, block[2 * number], block[2 * number + 1])
        block = [block[at] for at in (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)]
    return b"".join((state[at] ^ state[at + 8]).to_bytes(4, "little") for at in range(8))


def slot_of(way, key):
    """The slot as it is stored."""
    if way["kind"] == "keychain":
        slot = {"kind": "keychain"}
        if way["entry"] is not None:
            slot["entry"] = way["entry"].hex()
    elif way["kind"] == "passphrase":
        secret, context = of_words(way["words"], way["cost"], way["salt"])
        envelope = seal_envelope(secret, PASSPHRASE, context, key, way["envelope_salt"])
        memory, passes, lanes = way["cost"]
        slot = {"kind": "passphrase", "memory_kib": memory, "passes": passes, "lanes": lanes}
        slot |= {"salt": way["salt"].hex(), "envelope": envelope.hex()}
    elif way["kind"] == "recovery":
        envelope = seal_envelope(of_code(way["code"]), RECOVERY, b"", key, way["envelope_salt"])
        slot = {"kind": "recovery", "envelope": envelope.hex()}
    else:
        return way
    return dict(sorted(slot.items()))


def secrets_of(way, parts):
    """What opens a slot, as secrets.json has it."""
    if way["kind"] == "keychain":
        entry = "" if way["entry"] is None else "-" + way["entry"].hex()
        return {"account": f"library-{parts['library'].hex()}{entry}", "library_key": parts["key"].hex()}
    if way["kind"] == "passphrase":
        return {"passphrase": way["words"]}
    if way["kind"] == "recovery":
        return {"recovery_code": way["code"]}
    return {}


def context_of(library, device):
    return b"alexandria/vault/v1" + library + device


def made_of(parts):
    """The text of a vault, and what opens it."""
    ring, ways = parts["ring"], parts["ways"]
    context = context_of(parts["library"], parts["device"])
    has_entry = any(way["kind"] == "keychain" and way["entry"] is not None for way in ways)
    stored = {
        "format": "alexandria-vault",
        "version": 2 if has_entry else 1,
        "library": parts["library"].hex(),
        "device": parts["device"].hex(),
        "slots": [slot_of(way, parts["key"]) for way in ways],
        "keys": seal_envelope(parts["key"], RING, context, ring, parts["ring_salt"]).hex(),
    }
    database_salt = hkdf(ring[:32], b"", b"alexandria/database-salt/v1", 16)
    publication = keyed_blake3(ring[96:], b"alexandria/publication-id/v1" + bytes(32))
    pragma = f"x'{ring[:32].hex()}{database_salt.hex()}'"
    secrets = {"database_pragma": pragma, "publication_id": publication[:16].hex()}
    for way in ways:
        secrets |= secrets_of(way, parts)
    return json.dumps(stored, indent=2, ensure_ascii=False) + "\n", dict(sorted(secrets.items()))


def parts_of(stored, secrets):
    """What a vault was made of, found with what opens it."""
    library, device = (bytes.fromhex(stored[name]) for name in ("library", "device"))
    ways, keys = [], set()
    for slot in stored["slots"]:
        kind = slot["kind"]
        if kind == "keychain":
            ways.append({"kind": kind, "entry": bytes.fromhex(slot["entry"]) if "entry" in slot else None})
            keys.add(bytes.fromhex(secrets["library_key"]))
        elif kind == "passphrase":
            cost = tuple(slot[name] for name in ("memory_kib", "passes", "lanes"))
            salt, words = bytes.fromhex(slot["salt"]), secrets["passphrase"]
            secret, context = of_words(words, cost, salt)
            key, envelope_salt = open_envelope(secret, PASSPHRASE, context, bytes.fromhex(slot["envelope"]))
            ways.append({"kind": kind, "words": words, "cost": cost, "salt": salt, "envelope_salt": envelope_salt})
            keys.add(key)
        elif kind == "recovery":
            code = secrets["recovery_code"]
            key, envelope_salt = open_envelope(of_code(code), RECOVERY, b"", bytes.fromhex(slot["envelope"]))
            ways.append({"kind": kind, "code": code, "envelope_salt": envelope_salt})
            keys.add(key)
        else:
            ways.append(slot)
    [key] = keys
    ring, ring_salt = open_envelope(key, RING, context_of(library, device), bytes.fromhex(stored["keys"]))
    return {"library": library, "device": device, "key": key, "ring": ring, "ring_salt": ring_salt, "ways": ways}


def fresh(seed, wanted):
    """The parts of a new vault: all that would be random follows from the seed."""

    def some(name, length):
        return hkdf(seed.encode(), b"", b"alexandria/vault-vector/v1/" + name, length)

    ways = []
    for way in wanted:
        if way in ("keychain", "entry"):
            ways.append({"kind": "keychain", "entry": some(b"entry", 8) if way == "entry" else None})
        elif way == "recovery":
            code = code_of([byte % 32 for byte in some(b"code", 26)])
            ways.append({"kind": way, "code": code, "envelope_salt": some(b"code-salt", 32)})
        elif way.startswith("passphrase="):
            salts = {"salt": some(b"passphrase", 16), "envelope_salt": some(b"passphrase-salt", 32)}
            ways.append({"kind": "passphrase", "words": way.removeprefix("passphrase="), "cost": COST, **salts})
        else:
            slot = json.loads(way)
            if slot["kind"] in ("keychain", "passphrase", "recovery"):
                sys.exit(f"{slot['kind']} is known; name it without JSON")
            ways.append(slot)
    lengths = {"library": 16, "device": 16, "key": 32, "ring": 128, "ring_salt": 32}
    return {name: some(name.encode(), length) for name, length in lengths.items()} | {"ways": ways}


def check():
    secrets = json.loads(SECRETS.read_text(encoding="utf-8"))
    for name, opens in secrets.items():
        text = (HERE / f"{name}.json").read_text(encoding="utf-8")
        assert made_of(parts_of(json.loads(text), opens)) == (text, opens), f"{name} is not made again as it is"
    print(len(secrets), "vaults are made again as they are")


def make(name, seed, wanted):
    secrets, file = json.loads(SECRETS.read_text(encoding="utf-8")), HERE / f"{name}.json"
    if name in secrets or file.exists():
        sys.exit(f"{name} is there already, and no vector is ever changed; choose another name")
    text, secrets[name] = made_of(fresh(seed, wanted))
    file.write_text(text, encoding="utf-8", newline="\n")
    listed = json.dumps(dict(sorted(secrets.items())), indent=2, ensure_ascii=False)
    SECRETS.write_text(listed + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("check", help="make every frozen vault again and compare")
    making = tasks.add_parser("make", help="make a vault to be frozen")
    making.add_argument("name", help="of the file, for instance v2-restored")
    making.add_argument("seed", help="any words")
    making.add_argument("ways", nargs="+", metavar="WAY", help="keychain, entry, passphrase=WORDS, recovery, or JSON")
    given = parser.parse_args()
    if given.task == "check":
        check()
    else:
        make(given.name, given.seed, given.ways)
