"""AWS KMS on this machine: moto, which has keys and signs, and one that answers as it is told. Both over real HTTP."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.kms.models import kms_backends
from moto.kms.utils import AbstractPrivateKey
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"
SECRETS = ("AKIAS3CR3TACCESSKEY", "s3cr3t-secret-key", "s3cr3t-session-token")


class HeldKey(AbstractPrivateKey):
    """A known key, which signs the digests that it is given: moto's own keys hash whatever they are given once more."""

    def __init__(self, private_key: str) -> None:
        self.key = ec.derive_private_key(int(private_key, 16), ec.SECP256K1())

    def sign(self, message: bytes, signing_algorithm: str) -> bytes:
        assert signing_algorithm == "ECDSA_SHA_256"
        return self.key.sign(message, ec.ECDSA(Prehashed(SHA256())))

    def verify(self, message: bytes, signature: bytes, signing_algorithm: str) -> bool:
        raise NotImplementedError

    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class Kms:
    """Where it listens."""

    url: str

    def environment(self) -> dict[str, str]:
        """What leads AWS's tools to it, and nowhere else."""
        key_id, key, token = SECRETS
        return {
            "AWS_ENDPOINT_URL_KMS": self.url,
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": key,
            "AWS_SESSION_TOKEN": token,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @contextmanager
    def in_reach(self) -> Iterator[None]:
        """While clients are made, the environment leads to it."""
        with patch.dict(os.environ, self.environment()):
            os.environ.pop("AWS_PROFILE", None)
            yield

    def client(self) -> Any:
        import boto3

        with self.in_reach():
            return boto3.session.Session().client("kms", region_name=REGION)

    def create_key(self, spec: str = "ECC_SECG_P256K1", *, held: str | None = None, alias: str | None = None) -> str:
        """Makes a key, which is this one if it is given, and answers its id."""
        usage = "ENCRYPT_DECRYPT" if spec == "SYMMETRIC_DEFAULT" else "SIGN_VERIFY"
        client = self.client()
        key_id = str(client.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"])
        if held is not None:
            kms_backends[DEFAULT_ACCOUNT_ID][REGION].keys[key_id].private_key = HeldKey(held)
        if alias is not None:
            client.create_alias(AliasName=alias, TargetKeyId=key_id)
        return key_id


@contextmanager
def running_kms() -> Iterator[Kms]:
    """Moto's KMS on a free port, with no keys."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Kms(f"http://{host}:{port}")
    finally:
        server.stop()
        kms_backends.reset()


@dataclass
class Reply:
    """One HTTP answer; `held` keeps it back until the service is stopped, `cut` breaks it off in the middle."""

    body: bytes
    status: int = 200
    held: bool = False
    cut: bool = False


@dataclass
class ScriptedKms:
    """What it answers, by operation; what it was asked stands in `asked`."""

    kms: Kms
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list, repr=False)
    stopped: threading.Event = field(default_factory=threading.Event)

    def answers(self, **answers: Any) -> None:
        """Answers these operations with these values."""
        self.replies |= {operation: Reply(json.dumps(value).encode()) for operation, value in answers.items()}

    def refuses(self, operation: str, code: str, status: int = 400, message: str = "") -> None:
        """Answers an operation with an error, as AWS does."""
        self.replies[operation] = Reply(json.dumps({"__type": code, "message": message}).encode(), status)

    def forget(self) -> None:
        """Knows of nothing that it was told or asked; what it held back, it lets go."""
        self.stopped.set()
        self.stopped = threading.Event()
        self.replies.clear()
        self.asked.clear()


@contextmanager
def scripted_kms() -> Iterator[ScriptedKms]:
    """A service on a free port that answers as it is told."""
    script: ScriptedKms

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].removeprefix("TrentService.")
            script.asked.append({"operation": operation, **asked})
            reply = script.replies[operation]
            if reply.held:
                script.stopped.wait()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(reply.body) + reply.cut))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script = ScriptedKms(Kms(f"http://127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        script.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
