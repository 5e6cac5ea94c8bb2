"""An HSM in software: tokens of SoftHSM 2, in a folder of their own. `make test` sees to it that it is installed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PIN, ADMIN_PIN = "s3cr3t-271828", "s3cr3t-314159"
TOKEN = "issuer"  # noqa: S105  # the token's label, no secret
# Where systems put it: Debian, Fedora, a build from source, Homebrew.
_LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


@dataclass(frozen=True)
class Hsm:
    """Tokens in a folder; whose configuration file names them is the HSM of a process."""

    folder: Path

    @property
    def library(self) -> str:
        """Nothing is skipped where it is missing: what is not tested must be seen."""
        found = [path for path in _LIBRARIES if Path(path).exists()]
        assert found, "SoftHSM 2 is not installed: `make .stamps/softhsm` installs it, or says how"
        return found[0]

    def environment(self) -> dict[str, str]:
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def add_token(self, label: str = TOKEN) -> None:
        self._run("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", ADMIN_PIN)

    def import_key(self, label: str, number: int, private_key: int, curve: ec.EllipticCurve | None = None) -> None:
        """Writes a key onto the token, with its public key, under a label and an id of one byte."""
        key = ec.derive_private_key(private_key, curve or ec.SECP256K1())
        file = self.folder / "key.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        named = ("--token", TOKEN, "--label", label, "--id", f"{number:02x}")
        self._run("--import", str(file), *named, "--pin", PIN)

    def _run(self, *arguments: str) -> None:
        command = ["softhsm2-util", *arguments]
        subprocess.run(command, env=self.environment(), check=True, capture_output=True)


def new_hsm(folder: Path) -> Hsm:
    """One with a token and no keys."""
    tokens = folder / "tokens"
    tokens.mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    hsm = Hsm(folder)
    hsm.add_token()
    return hsm
