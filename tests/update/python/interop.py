"""Compares our update repositories with python-tuf, the reference implementation of The Update Framework.

`interop.py check PROGRAM` publishes with PROGRAM, our publishing tool, and reads the result with python-tuf; then it makes a
repository with python-tuf, in the layout of docs/formats/update-repository.md, and has PROGRAM verify it as our client does.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

BASE = "https://repository.invalid/u/v1/"
CHANNELS = ("stable", "beta")


class Folder(FetcherInterface):
    """Serves a folder in the place of a network."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = self.folder / url.removeprefix(BASE)
        if not path.is_file():
            raise DownloadHTTPError("not found", 404)
        yield path.read_bytes()


def read(folder, root):
    """The hash of every package that python-tuf accepts, by name."""
    packages = {}
    with tempfile.TemporaryDirectory() as state:
        updater = Updater(
            metadata_dir=state,
            metadata_base_url=BASE,
            target_dir=state,
            target_base_url=BASE + "t/",
            fetcher=Folder(folder / "u/v1"),
            config=UpdaterConfig(prefix_targets_with_hash=True),
            bootstrap=root.read_bytes(),
        )
        updater.refresh()
        for channel in CHANNELS:
            # The newest list on disk names the packages; python-tuf decides which of them it accepts.
            lists = (folder / "u/v1").glob(f"*.{channel}.json")
            newest = max(lists, key=lambda path: int(path.name.split(".")[0]))
            for name in sorted(json.loads(newest.read_bytes())["signed"]["targets"]):
                info = updater.get_targetinfo(name)
                path = updater.download_target(info)
                packages[name] = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    return packages


def write(folder):
    """Makes a repository with a release in stable."""
    metadata = folder / "u/v1"
    metadata.mkdir(parents=True)
    expires = (datetime.now(timezone.utc) + timedelta(days=5)).replace(microsecond=0)
    names = ("root-1", "root-2", "root-3", "targets", "snapshot", "timestamp", *CHANNELS)
    signers = {name: CryptoSigner.generate_ed25519() for name in names}

    root = Root(expires=expires, consistent_snapshot=True)
    for name in ("root-1", "root-2", "root-3"):
        root.add_key(signers[name].public_key, "root")
    root.roles["root"].threshold = 2
    for name in ("targets", "snapshot", "timestamp"):
        root.add_key(signers[name].public_key, name)
    sign(metadata / "1.root.json", root, [signers["root-1"], signers["root-3"]])

    roles = {
        name: DelegatedRole(name, [signers[name].public_key.keyid], 1, True, paths=[f"{name}/*"]) for name in CHANNELS
    }
    keys = {signers[name].public_key.keyid: signers[name].public_key for name in CHANNELS}
    targets = Targets(expires=expires, delegations=Delegations(keys, roles))
    sign(metadata / "1.targets.json", targets, [signers["targets"]])

    package = b"a package that python-tuf listed"
    target = TargetFile.from_data("stable/alexandria-9.9.9.AppImage", package, ["sha256"])
    target.unrecognized_fields["custom"] = {
        "version": "9.9.9",
        "target": "linux-x86_64-appimage",
        "db_schema": 99,
        "rollout_bp": 10000,
        "salt": "s",
        "a field of the future": [1, 2],
    }
    stored = metadata / "t/stable" / f"{target.hashes['sha256']}.alexandria-9.9.9.AppImage"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(package)
    sign(metadata / "1.stable.json", Targets(expires=expires, targets={target.path: target}), [signers["stable"]])
    sign(metadata / "1.beta.json", Targets(expires=expires), [signers["beta"]])

    meta = {f"{name}.json": MetaFile(1) for name in ("targets", *CHANNELS)}
    sign(metadata / "1.snapshot.json", Snapshot(expires=expires, meta=meta), [signers["snapshot"]])
    sign(metadata / "timestamp.json", Timestamp(expires=expires), [signers["timestamp"]])


def sign(path, role, signers):
    """Writes a signed role."""
    signed = Metadata(role)
    for signer in signers:
        signed.sign(signer, append=True)
    signed.to_file(str(path))


def check(program):
    """Both directions."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        package = b"a package that we listed"
        (folder / "packages").mkdir()
        (folder / "packages/alexandria-1.4.0.AppImage").write_bytes(package)
        (folder / "CHANGELOG.md").write_text("## 1.4.0\n\n- new\n")
        places = ["--repository", "served", "--keys", "keys"]

        def run(*arguments):
            subprocess.run([program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        run("ceremony", *places)
        targets = ["--targets", "linux-x86_64-appimage", "--db-schema", "2"]
        run("stage", "1.4.0", "--packages", "packages", "--out", "staged", *targets)
        run("publish", "--channel", "beta", "--staged", "staged", *places)
        run("rollout", "1.4.0", "100", "--channel", "beta", *places)
        run("promote", "1.4.0", *places)
        accepted = read(folder / "served", folder / "served/u/v1/1.root.json")
        digest = hashlib.sha256(package).hexdigest()
        names = [f"{channel}/alexandria-1.4.0-linux-x86_64.AppImage" for channel in CHANNELS]
        if accepted != dict.fromkeys(names, digest):
            sys.exit(f"python-tuf accepts {accepted}")
        write(folder / "theirs")
        run("verify", "--repository", "theirs", "--root", "theirs/u/v1/1.root.json")
    print("python-tuf reads our update repository, and we read its")


if __name__ == "__main__":
    check(sys.argv[2])
