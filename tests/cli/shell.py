"""The command line in processes of its own, as a person or a script starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

STABLECOIN = Path(sys.executable).with_name("stablecoin")
DEV0 = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
DEV1 = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


class Shell:
    """Runs `stablecoin` in processes of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        own = {key: value for key, value in os.environ.items() if not key.startswith(("STABLECOIN_", "XDG_"))}
        self.environment = own | {"HOME": str(folder), "STABLECOIN_RPC_URL_ANVIL": url}

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [STABLECOIN, *arguments],
            cwd=self.folder,
            env=self.environment | extra,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def start(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """A command on anvil that goes on by itself."""
        return subprocess.Popen(
            [STABLECOIN, *arguments, "--network", "anvil"],
            cwd=self.folder,
            env=self.environment | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def json(self, *arguments: str, **extra: str) -> Any:
        """The answer of a command on anvil that must succeed."""
        done = self.run(*arguments, "--network", "anvil", "--json", **extra)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
