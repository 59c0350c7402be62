"""Scripts and styles written by others: pinned here by version and hash, fetched at set-up.

`npm pack` brings just the published archives. `npm ci` would bring two hundred packages, 200 MB,
that these ready-made bundles already contain.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PINS = Path(__file__).with_name("assets.json")
INSTALLED = Path(__file__).with_name("vendor")
CDN = "https://cdn.jsdelivr.net/npm"
DOWNLOAD_SECONDS = 120


class AssetRefused(Exception):
    """A file is missing from its archive, or is not the file that was pinned."""


@dataclass(frozen=True)
class Asset:
    """One pinned file of one npm package."""

    package: str
    version: str
    path: str
    integrity: str

    @property
    def location(self) -> str:
        """Names the same file in our folder, under our URL and on the CDN."""
        return f"{self.package}@{self.version}/{self.path}"

    @property
    def archive(self) -> str:
        return f"{self.package}-{self.version}.tgz"


def pinned(pins: Path = PINS) -> Mapping[str, Asset]:
    """Every pinned file, by `package/path`."""
    return {
        f"{package}/{path}": Asset(package, pin["version"], path, integrity)
        for package, pin in json.loads(pins.read_text("utf-8")).items()
        for path, integrity in pin["files"].items()
    }


def integrity_of(content: bytes) -> str:
    """The hash as browsers want it in an `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def is_installed(folder: Path = INSTALLED) -> bool:
    """Reads and hashes every file, so a broken or older set counts as none (5 MB, some 10 ms)."""
    return all(
        (file := folder / asset.location).is_file()
        and integrity_of(file.read_bytes()) == asset.integrity
        for asset in pinned().values()
    )


def install_assets(folder: Path = INSTALLED, say: Callable[[str], None] = print) -> bool:
    """Make the pages work without internet; when that fails, say so and leave them to the CDN."""
    if is_installed(folder):
        return True
    npm = shutil.which("npm")
    if npm is None:
        say(f"Page assets: Node was not found, so the pages will load theirs from {CDN}.")
        return False
    say("Page assets: fetching the pinned packages of GraphiQL, Swagger UI and ReDoc...")
    try:
        with TemporaryDirectory() as archives:
            download(npm, Path(archives))
            unpack(Path(archives), folder)
    except (OSError, subprocess.SubprocessError, tarfile.TarError, AssetRefused) as error:
        say(f"Page assets: {error} The pages will load theirs from {CDN}.")
        return False
    say("Page assets: installed; the pages work without internet.")
    return True


def download(npm: str, archives: Path) -> None:
    """Fetch each archive as it was published: no dependencies, and no install scripts."""
    packages = sorted({f"{asset.package}@{asset.version}" for asset in pinned().values()})
    command = [npm, "pack", "--ignore-scripts", "--silent", "--fetch-retries=1", *packages]
    finished = subprocess.run(  # noqa: S603 (a program found on PATH, with arguments of ours)
        command,
        cwd=archives,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=DOWNLOAD_SECONDS,
    )
    if finished.returncode:
        raise AssetRefused("npm could not fetch them.")


def unpack(archives: Path, folder: Path = INSTALLED) -> None:
    """Take the pinned files out of the archives, and refuse any whose hash differs."""
    contents = {asset: content_in(archives, asset) for asset in pinned().values()}
    for asset, content in contents.items():
        if integrity_of(content) != asset.integrity:
            raise AssetRefused(f"{asset.location} is not the file that was pinned.")
    for asset, content in contents.items():
        target = folder / asset.location
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def content_in(archives: Path, asset: Asset) -> bytes:
    """Read one file inside an npm archive, without extracting anything."""
    try:
        with tarfile.open(archives / asset.archive) as archive:
            member = archive.extractfile(f"package/{asset.path}")
            if member is not None:
                return member.read()
    except KeyError:
        pass
    raise AssetRefused(f"{asset.archive} has no file {asset.path}.")


def pin(archives: Path, pins: Path = PINS) -> None:
    """For an upgrade: write down the hashes of the versions now named in assets.json."""
    recorded = json.loads(pins.read_text("utf-8"))
    for asset in pinned(pins).values():
        files = recorded[asset.package]["files"]
        files[asset.path] = integrity_of(content_in(archives, asset))
    pins.write_text(json.dumps(recorded, indent=2) + "\n", "utf-8")
