"""Signing by ssh-agent (``draft-miller-ssh-agent``): a key that never leaves the agent, a security key or a telephone behind it.

Only what is needed: a signature over a statement by one key. The agent asks its owner, where it is set up so.
"""

import os
import socket
from collections.abc import Mapping

from sekisho.errors import Missing, NoKey, Unreadable
from sekisho.signing.keys import PublicKey
from sekisho.signing.kinds import RSA
from sekisho.signing.sshsig import armor, signed_data, verify
from sekisho.signing.wire import read_string, ssh_string

_SIGN_REQUEST, _SIGN_RESPONSE = 13, 14
_RSA_SHA512 = 4
_MOST_REPLY_BYTES = 1 << 16
_PATIENCE_SECONDS = 120.0  # somebody has to find and touch a security key

SOCKET = "SSH_AUTH_SOCK"


def sign_by_agent(
    key: PublicKey, message: bytes, *, namespace: str, environment: Mapping[str, str] = os.environ
) -> str:
    """Have the agent sign a statement; return the armored signature, which was verified.

    Args:
        key: by which of its keys.
        message: the statement.
        namespace: for which purpose.
        environment: where it says where the agent is.

    Raises:
        Missing: there is no agent.
        NoKey: it has no such key, or its owner said no.
        Unreadable: it answers what is no signature.
    """
    flags = _RSA_SHA512 if key.kind == RSA else 0
    request = bytes([_SIGN_REQUEST]) + ssh_string(key.blob) + ssh_string(signed_data(message, namespace))
    reply = _ask(environment.get(SOCKET, ""), request + flags.to_bytes(4, "big"))
    if not reply or reply[0] != _SIGN_RESPONSE:
        raise NoKey("signing.agent_refused", key=key.id)
    try:
        signature, rest = read_string(reply[1:])
    except ValueError:
        raise Unreadable("signing.not_a_signature") from None
    if rest:
        raise Unreadable("signing.not_a_signature")
    armored = armor(key, signature, namespace=namespace)
    verify(armored, message, namespace=namespace)
    return armored


def _ask(path: str, request: bytes) -> bytes:
    if not path:
        raise Missing("signing.no_agent")
    try:
        with socket.socket(socket.AF_UNIX) as agent:
            agent.settimeout(_PATIENCE_SECONDS)
            agent.connect(path)
            agent.sendall(ssh_string(request))
            with agent.makefile("rb") as replies:
                size = int.from_bytes(replies.read(4), "big")
                return replies.read(size) if size <= _MOST_REPLY_BYTES else b""
    except OSError as error:
        raise Missing("signing.no_agent") from error
