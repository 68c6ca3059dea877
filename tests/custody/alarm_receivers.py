"""The other ends of alarms, on this machine: a mail server that takes STARTTLS, and who receives webhooks. Each under its own TLS."""

import base64
import contextlib
import email
import email.policy
import ipaddress
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path) -> Path:
    """Write a certificate for this machine and its key into one file; whoever trusts the file trusts the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Post:
    """Something that was posted."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


@dataclass
class Received:
    """What arrived.

    Attributes:
        port: where.
        mails: mails, as they were taken.
        logins: names under which somebody signed in.
        secured: for each mail whether it came under TLS.
        posts: requests.
        answers: what the next of them are answered; 200 after that.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server (RFC 5321) that asks for STARTTLS and, where there is a password, for it.

    Attributes:
        got: what it took.
    """

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, pem: Path, got: Received, *, word: str, greylist: int, implicit: bool) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.got, self.word, self.greylist, self.implicit = got, word, greylist, implicit
        if implicit:
            self.socket = self.context.wrap_socket(self.socket, server_side=True)


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailServer
    secure, known = False, False

    def handle(self) -> None:
        self.known, self.secure = not self.server.word, self.server.implicit
        self.say("220 mail.example ESMTP")
        with contextlib.suppress(OSError):  # of who hangs up when a certificate does not please
            while line := self.rfile.readline(1000).decode().strip():
                verb, _, rest = line.partition(" ")
                getattr(self, f"on_{verb.lower()}", self.on_other)(rest)

    def finish(self) -> None:
        super().finish()
        self.request.close()  # under TLS it is another one than the server knows

    def say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(f"{line}\r\n".encode())

    def on_other(self, _: str) -> None:
        self.say("250 ok")

    def on_ehlo(self, _: str) -> None:
        self.say("250-mail.example", "250-AUTH PLAIN" if self.secure else "250-STARTTLS", "250 SIZE 100000")

    def on_starttls(self, _: str) -> None:
        self.say("220 go on")
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.setup()
        self.secure = True

    def on_auth(self, rest: str) -> None:
        _, user, secret = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.known = secret == self.server.word
        self.server.got.logins.append(user)
        self.say("235 welcome" if self.known else "535 no")

    def on_mail(self, _: str) -> None:
        if not self.known:
            self.say("530 who are you")
        elif self.server.greylist > 0:
            self.server.greylist -= 1
            self.say("451 later")
        else:
            self.say("250 ok")

    def on_quit(self, _: str) -> None:
        self.say("221 bye")

    def on_data(self, _: str) -> None:
        self.say("354 go on")
        message = email.message_from_bytes(b"".join(iter(self.rfile.readline, b".\r\n")), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.got.mails.append(message)
        self.server.got.secured.append(self.secure)
        self.say("250 taken")


@contextlib.contextmanager
def mail_server(pem: Path, *, word: str = "", greylist: int = 0, implicit: bool = False) -> Iterator[Received]:
    """Run a mail server.

    Args:
        pem: its certificate.
        word: of anybody.
        greylist: how many mails it puts off before it takes one.
        implicit: whether it speaks TLS from the first byte (RFC 8314).
    """
    got = Received()
    with running(MailServer(pem, got, word=word, greylist=greylist, implicit=implicit)) as port:
        got.port = port
        yield got


@contextlib.contextmanager
def web_server(pem: Path | None = None) -> Iterator[Received]:
    """Run who receives webhooks and pings, under TLS where there is a certificate."""
    got = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            got.posts.append(Post(self.path, headers, body))
            self.send_response(got.answers.pop(0) if got.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server) as port:
        got.port = port
        yield got


@contextlib.contextmanager
def running(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
