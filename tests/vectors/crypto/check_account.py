#!/usr/bin/env python3
"""A second implementation of docs/formats/account.md, checked against `account.json`.

It was written from that page and RFC 9180. `cargo xtask test` runs it in the Python environment that `cargo xtask setup`
creates. Needs the `cryptography` package, version 44 or later. Content hashes are taken from the vectors, because they need
BLAKE3; the Rust tests compute them.
"""

import hashlib
import hmac
import json
import pathlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from check import hkdf, numbers, seal_envelope, seal_file

HERE = pathlib.Path(__file__).parent
LINK, SLOT, GRANT = 114, 228, 126


def derive(secret, label, length=32):
    return hkdf(secret, b"", b"alexandria/" + label + b"/v1", length)


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def open_envelope(secret, label, context, sealed):
    assert sealed[:2] == b"\x01\x01"
    okm = hkdf(secret, sealed[2:34], b"alexandria/envelope/v1" + b"\x01\x01" + label, 64)
    assert sealed[34:66] == okm[32:], "another key"
    return AESGCM(okm[:32]).decrypt(bytes(12), sealed[66:], len(label).to_bytes(8, "big") + label + context)


# RFC 9180 with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20Poly1305.
KEM = b"KEM\x00\x20"
HPKE = b"HPKE\x00\x20\x00\x01\x00\x03"


def labeled_extract(suite, salt, label, ikm):
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    output = block = b""
    while len(output) < length:
        block = mac(prk, block + info + bytes([len(output) // 32 + 1]))
        output += block
    return output[:length]


def key_pair(seed):
    prk = labeled_extract(KEM, b"", b"dkp_prk", seed)
    private = X25519PrivateKey.from_private_bytes(labeled_expand(KEM, prk, b"sk", b"", 32))
    return private, private.public_key().public_bytes_raw()


def open_hpke(pair, sender, info, sealed, psk=b"", psk_id=b""):
    private, public = pair
    encapsulated = sealed[:32]
    shared = b"".join(private.exchange(X25519PublicKey.from_public_bytes(key)) for key in (encapsulated, sender))
    secret = labeled_expand(
        KEM,
        labeled_extract(KEM, b"", b"eae_prk", shared),
        b"shared_secret",
        encapsulated + public + sender,
        32,
    )
    context = bytes([3 if psk else 2])
    context += labeled_extract(HPKE, b"", b"psk_id_hash", psk_id) + labeled_extract(HPKE, b"", b"info_hash", info)
    prk = labeled_extract(HPKE, secret, b"secret", psk)
    key = labeled_expand(HPKE, prk, b"key", context, 32)
    nonce = labeled_expand(HPKE, prk, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, sealed[32:], b"")


def fields(case, *names):
    return [bytes.fromhex(case[name]) for name in names]


def check_derived(case):
    root, content_hash = fields(case, "root", "content_hash")
    epochs = [bytes.fromhex(epoch) for epoch in case["epochs"]]
    assert derive(root, b"account-key-check").hex() == case["key_check"]
    assert derive(epochs[-1], b"epoch-id", 8).hex() == case["newest_epoch_id"]
    assert derive(epochs[-1], b"account-signing-seed").hex() == case["account_signing_seed"]
    assert derive(derive(epochs[-1], b"cloud-blob-key"), b"key-id", 8).hex() == case["newest_blob_key_id"]
    names = derive(root, b"blob-name-key")
    assert mac(names, b"alexandria/blob-id/v1" + content_hash)[:16].hex() == case["blob_id"]
    return root, epochs, names


def check_records(cases, epochs):
    for case in cases:
        head, salt = fields(case, "head", "salt")
        payload = numbers(case["payload_length"])
        length = min(it for it in (256, 1024, 4096, 16384, 65536, 262144) if it >= len(payload) + 86)
        padded = (len(payload).to_bytes(4, "big") + payload).ljust(length - 82, b"\x00")
        key = derive(epochs[case["epoch"] - 1], b"record-key")
        sealed = seal_envelope(key, b"alexandria/record/v1", head, padded, salt)
        assert len(sealed) == length == case["sealed_length"]
        assert hashlib.sha256(sealed).hexdigest() == case["sealed_sha256"]
        assert case["sealed"] in (None, sealed.hex())
    return len(cases)


def check_snapshots(cases, epoch):
    for case in cases:
        file_id, salt, prefix = fields(case, "id", "salt", "nonce_prefix")
        plain = numbers(case["plain_length"])
        length = max(4096, len(plain) + 8)
        exponent = length.bit_length() - 1
        step = 1 << (exponent - exponent.bit_length())
        padded = (len(plain).to_bytes(8, "big") + plain).ljust(-(-length // step) * step, b"\x00")
        sealed = seal_file(derive(epoch, b"snapshot-key"), b"alx/snapshot/v1", file_id, salt, prefix, padded)
        assert len(sealed) == case["sealed_length"]
        assert hashlib.sha256(sealed).hexdigest() == case["sealed_sha256"]
    return len(cases)


def check_blobs(cases, epoch, names):
    key = derive(epoch, b"cloud-blob-key")
    for case in cases:
        (content_hash,) = fields(case, "content_hash")
        file_id = mac(names, b"alexandria/blob-id/v1" + content_hash)[:16]
        derived = hkdf(key, b"", b"alexandria/sync-salt/v1" + content_hash, 39)
        sealed = seal_file(key, b"alx/cloud-blob/v1", file_id, derived[:32], derived[32:], numbers(case["plain_length"]))
        assert (file_id.hex(), sealed[:96].hex(), len(sealed)) == (case["id"], case["header"], case["sealed_length"])
        assert hashlib.sha256(sealed).hexdigest() == case["sealed_sha256"]
    return len(cases)


def open_grant(root, pair, account, sender, grant):
    info = b"alexandria/epoch-grant/v1" + grant[:14] + account + sender + pair[1]
    psk, psk_id = derive(root, b"epoch-grant-secret"), derive(root, b"account-key-check")
    epoch = open_hpke(pair, sender, info, grant[14:], psk, psk_id)
    assert grant[:2] == b"\x01\x01" and grant[6:14] == derive(epoch, b"epoch-id", 8)
    return int.from_bytes(grant[2:6], "big"), epoch


def open_history(account, links, newest):
    epochs = [newest]
    for number in range(len(links), 0, -1):
        context = account + number.to_bytes(4, "big")
        epochs.insert(0, open_envelope(epochs[0], b"alexandria/epoch-history/v1", context, links[number - 1]))
    return epochs


def open_bundle(bundle, account, slot_keys):
    """The secrets that each slot opens to."""
    assert bundle[:6] == b"ALXK\x01\x01" and bundle[6:22] == account
    revision, check, count = int.from_bytes(bundle[22:30], "big"), bundle[30:62], bundle[62]
    slots, at = [], 63
    for _ in range(count):
        end = at + SLOT + (GRANT if bundle[at + SLOT - 1] else 0)
        slots.append(bundle[at:end])
        at = end
    links = int.from_bytes(bundle[at : at + 2], "big")
    history = [bundle[at + 2 + LINK * n : at + 2 + LINK * (n + 1)] for n in range(links)]
    assert len(bundle) == at + 2 + LINK * links + 32
    opened = []
    for slot in slots:
        key, label = slot_keys[slot[0]]
        core = open_envelope(key, label, account + slot[:45], slot[45 : SLOT - 1])
        root, ids, number, newest = core[:32], core[32:64], int.from_bytes(core[64:68], "big"), core[68:]
        pair = key_pair(derive(key, b"slot-key-pair"))
        assert pair[1] == slot[13:45] and derive(root, b"account-key-check") == check
        if len(slot) > SLOT:
            granted, newest = open_grant(root, pair, account, slot[SLOT : SLOT + 32], slot[SLOT + 32 :])
            assert granted == links + 1
        epochs = open_history(account, history, newest)
        assert epochs[number - 1] == core[68:]
        assert mac(derive(root, b"bundle-mac"), bundle[:-32]) == bundle[-32:]
        opened.append((revision, root, ids, epochs))
    return opened


def check_bundle(case, root, ids, epochs):
    account, export_key, verifier, created, rotated = fields(
        case, "account", "export_key", "recovery_verifier", "created", "rotated"
    )
    digits = case["code"].replace("-", "")[:26].encode()
    assert derive(digits, b"account-recovery-verifier") == verifier
    slot_keys = {
        1: (derive(export_key, b"opaque-export-key"), b"alexandria/password-slot/v1"),
        2: (derive(digits, b"account-recovery-code"), b"alexandria/account-recovery-slot/v1"),
    }
    assert open_bundle(created, account, slot_keys) == [(1, root, ids, epochs[:1])] * 2
    assert open_bundle(rotated, account, slot_keys) == [(2, root, ids, epochs)] * 2
    return 2


def check_packages(case, root, ids, epochs):
    account, enrolment, transcript, sender, seed, recipient, package, grant = fields(
        case, "account", "enrolment", "transcript", "sender", "recipient_seed", "recipient", "package", "grant"
    )
    pair = key_pair(seed)
    assert pair[1] == recipient and len(package) == 150 and len(grant) == 94
    info = b"alexandria/enrolment/v1" + package[:2] + account + enrolment + transcript + sender + recipient
    core = open_hpke(pair, sender, info, package[2:])
    assert core == root + ids + len(epochs).to_bytes(4, "big") + epochs[-1]
    assert open_grant(root, pair, account, sender, grant) == (len(epochs), epochs[-1])
    try:
        open_hpke(pair, sender, info + b"x", package[2:])
    except InvalidTag:
        return 2
    raise AssertionError("opened with another context")


def check_stored(case, root, ids, epochs):
    database, account, device, salt, signing, sealing = fields(
        case, "database_key", "account", "device", "salt", "signing_seed", "sealing_seed"
    )
    key, context = derive(database, b"account-store-key"), account + device
    keys = seal_envelope(key, b"alexandria/stored-device-keys/v1", context, signing + sealing, salt)
    secrets = seal_envelope(key, b"alexandria/stored-account/v1", context, root + ids + b"".join(epochs), salt)
    assert [keys.hex(), secrets.hex()] == [case["device_keys"], case["secrets"]]
    return 2


if __name__ == "__main__":
    VECTORS = json.loads((HERE / "account.json").read_text())
    ROOT, EPOCHS, NAMES = check_derived(VECTORS["derived"])
    (IDS,) = fields(VECTORS["derived"], "ids")
    COUNT = 1 + check_records(VECTORS["records"], EPOCHS) + check_snapshots(VECTORS["snapshots"], EPOCHS[-1])
    COUNT += check_blobs(VECTORS["blobs"], EPOCHS[-1], NAMES) + check_bundle(VECTORS["bundle"], ROOT, IDS, EPOCHS)
    COUNT += check_packages(VECTORS["packages"], ROOT, IDS, EPOCHS) + check_stored(VECTORS["stored"], ROOT, IDS, EPOCHS)
    print(COUNT, "vectors of accounts agree")
