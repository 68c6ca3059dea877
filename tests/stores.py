"""A store on this machine that speaks S3, for the time of a test."""

import contextlib
from collections.abc import Iterator

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

_ACCOUNT = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}


@contextlib.contextmanager
def s3_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start a store with an empty bucket and point this process and those that it starts to it; yield the bucket's URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    for name, value in (_ACCOUNT | {"AWS_ENDPOINT_URL": endpoint}).items():
        monkeypatch.setenv(name, value)
    try:
        boto3.resource("s3", endpoint_url=endpoint).create_bucket(Bucket="city")
        yield "s3://city"
    finally:
        fsspec.filesystem("s3").clear_instance_cache()
        server.stop()
