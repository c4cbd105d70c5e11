#!/usr/bin/env python3
"""A second implementation of docs/formats/blob.md and docs/formats/vault.md, checked against the vectors in this folder.

It was written from those pages alone, which shows that they are complete. `cargo xtask test` runs it in the Python
environment that `cargo xtask setup` creates. Needs the `cryptography` package, version 44 or later. Publication ids are
checked by the Rust tests only, because they need BLAKE3.
"""

import hashlib
import json
import pathlib
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
CHUNK = 65536


def hkdf(secret, salt, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=info).derive(secret)


def seal_file(key, label, file_id, salt, prefix, plain):
    key_id = hkdf(key, b"", b"alexandria/key-id/v1", 8)
    bound = b"ALX1" + bytes([1, 1, 16, 0]) + key_id + salt + prefix + bytes(9)
    okm = hkdf(key, salt, b"alexandria/file-key/v1" + bound, 64)
    count = max(1, -(-len(plain) // CHUNK))
    sealed = [bound + okm[32:]]
    for number in range(count):
        nonce = prefix + number.to_bytes(4, "big") + bytes([number == count - 1])
        part = plain[number * CHUNK : (number + 1) * CHUNK]
        sealed.append(AESGCM(okm[:32]).encrypt(nonce, part, label + file_id + b"\x01"))
    return b"".join(sealed)


def seal_envelope(secret, label, context, plain, salt):
    okm = hkdf(secret, salt, b"alexandria/envelope/v1" + b"\x01\x01" + label, 64)
    aad = len(label).to_bytes(8, "big") + label + context
    return b"\x01\x01" + salt + okm[32:] + AESGCM(okm[:32]).encrypt(bytes(12), plain, aad)


def numbers(length):
    return bytes((7 * i + 3) % 251 for i in range(length))


def check_files(cases):
    for case in cases:
        fields = [bytes.fromhex(case[name]) for name in ("key", "id", "salt", "nonce_prefix")]
        key, file_id, salt, prefix = fields
        plain = numbers(case["plain_length"])
        sealed = seal_file(key, case["label"].encode(), file_id, salt, prefix, plain)
        assert hashlib.sha256(plain).hexdigest() == case["plain_sha256"]
        assert sealed[:96].hex() == case["header"]
        assert len(sealed) == case["sealed_length"]
        assert hashlib.sha256(sealed).hexdigest() == case["sealed_sha256"]
        assert case["sealed"] in (None, sealed.hex())
    return len(cases)


def read_cases(name):
    return json.loads((HERE / name).read_text())["cases"]


def check_ring():
    case = json.loads((HERE / "key-ring.json").read_text())
    names = ("library_key", "context", "salt", "ring")
    library, context, salt, ring = (bytes.fromhex(case[name]) for name in names)
    assert seal_envelope(library, b"alexandria/key-ring/v1", context, ring, salt).hex() == case["wrapped"]
    database, blobs, index, _ids = (ring[at : at + 32] for at in range(0, 128, 32))
    database_salt = hkdf(database, b"", b"alexandria/database-salt/v1", 16)
    assert f"x'{database.hex()}{database_salt.hex()}'" == case["database_pragma"]
    assert hkdf(blobs, b"", b"alexandria/key-id/v1", 8).hex() == case["blob_key_id"]
    assert hkdf(index, b"", b"alexandria/key-id/v1", 8).hex() == case["index_key_id"]
    backup = hkdf(database, b"", b"alexandria/backup-key/v1", 32)
    assert hkdf(backup, b"", b"alexandria/key-id/v1", 8).hex() == case["backup_key_id"]
    return 1


def decode_ring_v2(ring):
    """The secrets of a ring of version 2, by kind."""
    assert len(ring) % 33 == 0
    entries = [(ring[at], ring[at + 1 : at + 33]) for at in range(0, len(ring), 33)]
    kinds = [kind for kind, _secret in entries]
    assert kinds == sorted(kinds) and [kinds.count(kind) for kind in (0, 1, 2, 3)] == [0, 1, 1, 1]
    assert kinds.count(4) > 1 or (kinds.count(4) == 1 and kinds[-1] > 4), "version 1 can represent it"
    return {kind: [secret for other, secret in entries if other == kind] for kind in kinds}


def key_id(key):
    return hkdf(key, b"", b"alexandria/key-id/v1", 8)


def check_ring_v2():
    case = json.loads((HERE / "key-ring-v2.json").read_text())
    names = ("library_key", "context", "salt", "ring")
    library, context, salt, ring = (bytes.fromhex(case[name]) for name in names)
    assert seal_envelope(library, b"alexandria/key-ring/v2", context, ring, salt).hex() == case["wrapped"]
    secrets = decode_ring_v2(ring)
    [database], [index], epochs = secrets[1], secrets[2], secrets[4]
    database_salt = hkdf(database, b"", b"alexandria/database-salt/v1", 16)
    assert f"x'{database.hex()}{database_salt.hex()}'" == case["database_pragma"]
    assert [key_id(epoch).hex() for epoch in epochs] == case["epoch_key_ids"]
    assert key_id(index).hex() == case["index_key_id"]
    assert key_id(hkdf(database, b"", b"alexandria/backup-key/v1", 32)).hex() == case["backup_key_id"]
    # A reader finds the epoch of a file by the key id in its header.
    by_id = {key_id(epoch).hex(): epoch.hex() for epoch in epochs}
    assert [by_id[file["header"][16:32]] for file in case["files"]] == [file["key"] for file in case["files"]]
    return 1 + check_files(case["files"])


def check_slots():
    cases = read_cases("passphrase-slots.json")
    for case in cases:
        salt = bytes.fromhex(case["salt"])
        cost = [case[name] for name in ("memory_kib", "passes", "lanes")]
        stretch = Argon2id(salt=salt, length=32, memory_cost=cost[0], iterations=cost[1], lanes=cost[2])
        secret = stretch.derive(unicodedata.normalize("NFC", case["passphrase"]).encode())
        context = b"".join(number.to_bytes(4, "big") for number in cost) + salt
        label = b"alexandria/passphrase-slot/v1"
        library, envelope_salt = (bytes.fromhex(case[name]) for name in ("library_key", "envelope_salt"))
        assert seal_envelope(secret, label, context, library, envelope_salt).hex() == case["envelope"]
    return len(cases)


def times_a(digit):
    return (digit << 1) ^ (0b100101 if digit & 16 else 0)


def check_codes():
    cases = read_cases("recovery-slots.json")
    for case in cases:
        text = case["code"].replace("-", "")
        digits = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit) for digit in text]
        assert case["digits"] == digits[:26] and len(digits) == 28
        at_one = at_a = 0
        for digit in digits:
            at_one ^= digit
            at_a = times_a(at_a) ^ digit
        assert at_one == at_a == 0
        secret = hkdf(text[:26].encode(), b"", b"alexandria/recovery-code/v1", 32)
        library, salt = (bytes.fromhex(case[name]) for name in ("library_key", "envelope_salt"))
        assert seal_envelope(secret, b"alexandria/recovery-slot/v1", b"", library, salt).hex() == case["envelope"]
    return len(cases)


if __name__ == "__main__":
    files = check_files(read_cases("sealed-files.json"))
    print(files + check_ring() + check_ring_v2() + check_slots() + check_codes(), "vectors agree")
