"""A real ssh-agent signs statements with keys that it alone has."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from signing_keys import NAMESPACE, SIGNER, STATEMENT, ssh_keygen

from conftest import need
from sekisho.errors import Missing, NoKey, Unreadable
from sekisho.signing.agent import SOCKET, sign_by_agent
from sekisho.signing.keys import parse_public
from sekisho.signing.sshsig import verify


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[dict[str, str]]:
    need(shutil.which("ssh-agent"), "ssh-agent is not installed: apt-get install openssh-client")
    place = tmp_path / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield {SOCKET: str(place)}
        process.terminate()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_an_agent_signs_with_the_key_it_was_given(tmp_path: Path, agent: dict[str, str], kind: str) -> None:
    ssh_keygen("-q", "-t", kind, "-N", "", "-f", tmp_path / "key")
    subprocess.run(["ssh-add", "-q", str(tmp_path / "key")], env=agent, check=True, stderr=subprocess.DEVNULL)
    key = parse_public((tmp_path / "key.pub").read_text(encoding="utf-8"))
    (tmp_path / "key").unlink()
    assert (
        verify(sign_by_agent(key, STATEMENT, namespace=NAMESPACE, environment=agent), STATEMENT, namespace=NAMESPACE)
        == key
    )
    with pytest.raises(NoKey) as caught:
        sign_by_agent(SIGNER.public, STATEMENT, namespace=NAMESPACE, environment=agent)
    assert caught.value.key == "signing.agent_refused"


@pytest.mark.parametrize("environment", [{}, {SOCKET: "/nonexistent"}], ids=str)
def test_without_an_agent_nothing_is_signed(environment: dict[str, str]) -> None:
    with pytest.raises(Missing):
        sign_by_agent(SIGNER.public, STATEMENT, namespace=NAMESPACE, environment=environment)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"", NoKey),
        (b"\0\0\0\0", NoKey),
        (b"\0\0\0\1\5", NoKey),
        (b"\xff\xff\xff\xff", NoKey),
        (b"\0\0\0\1\x0e", Unreadable),
        (b"\0\0\0\5\x0e\0\0\0\0", Unreadable),
        (b"\0\0\0\6\x0e\0\0\0\0x", Unreadable),
    ],
)
def test_what_another_program_answers_is_no_signature(tmp_path: Path, reply: bytes, error: type[Exception]) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "agent"))
        server.listen()

        def answer() -> None:
            asked, _ = server.accept()
            with asked:
                asked.recv(4096)
                asked.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(error):
            sign_by_agent(SIGNER.public, STATEMENT, namespace=NAMESPACE, environment={SOCKET: str(tmp_path / "agent")})
        thread.join()
