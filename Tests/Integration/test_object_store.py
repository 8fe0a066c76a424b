"""Model repositories in a real S3 server, which checks signatures."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

from model_files import ADD_CONFIG, Add, identity_config, write_model
from nereid_server import NereidServer, ServerDidNotStart, eventually
from object_store import ACCESS_KEY, SECRET_KEY, CuttingProxy, ObjectStore


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with ObjectStore(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: ObjectStore) -> None:
    """The account of the store, and an empty repository in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("HOME", str(tmp_path))
    # Of a removed object the store keeps the directory.
    store.prefix = tmp_path.name


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return f"--object-store-cache-directory={tmp_path / 'cache'}"


def add_model(folder: Path, name: str, amount: float) -> None:
    write_model(folder, name, ADD_CONFIG, Add(amount))


def answer(client: http.InferenceServerClient, name: str) -> float:
    value = http.InferInput("X", [1], "FP32")
    value.set_data_from_numpy(np.array([10.0], np.float32))
    return float(client.infer(name, [value]).as_numpy("Y")[0])


def test_a_repository_is_served_and_followed(
    store: ObjectStore, repository: Path, tmp_path: Path, cache: str, serve: Callable[..., NereidServer]
) -> None:
    remote = tmp_path / "remote"
    add_model(remote, "add", 1)
    write_model(remote, "stays", identity_config("STRING", "-1"))
    write_model(repository, "local", identity_config("STRING", "-1"))
    store.put_tree(remote)
    store.put("stays/1/only.txt", b"a version needs an object")
    server = serve(
        store.url, f"--model-repository={repository}", "--model-control-mode=poll", "--repository-poll-secs=1", cache
    )
    client = server.client()
    assert [entry["name"] for entry in client.get_model_repository_index()] == ["add", "local", "stays"]
    assert answer(client, "add") == 11

    add_model(remote, "add", 2)
    add_model(remote, "new", 5)
    store.put_tree(remote)
    answers: list[float] = []

    def has_changed() -> bool:
        answers.append(answer(client, "add"))
        return answers[-1] == 12

    eventually(has_changed)
    assert set(answers) <= {11, 12}
    eventually(lambda: client.is_model_ready("new"))
    assert answer(client, "new") == 15
    assert server.log.count("successfully loaded 'stays'") == 1

    for path in ("new/config.pbtxt", "new/1/model.pt"):
        store.delete(path)
    eventually(lambda: not client.is_model_ready("new"))


def test_explicit_loads_fetch_what_they_name(
    store: ObjectStore, tmp_path: Path, cache: str, serve: Callable[..., NereidServer]
) -> None:
    remote = tmp_path / "remote"
    for name, amount in (("one", 1), ("two", 2), ("three", 3)):
        add_model(remote, name, amount)
    store.put_tree(remote)
    server = serve(store.url, "--model-control-mode=explicit", "--load-model=one", cache)
    client = server.client()
    assert [entry["name"] for entry in client.get_model_repository_index()] == ["one", "three", "two"]
    assert contents(tmp_path) == 2

    client.load_model("two")
    assert answer(client, "two") == 12
    assert "three" not in server.log
    add_model(remote, "two", 7)
    store.put_tree(remote)
    client.load_model("two")
    assert answer(client, "two") == 17
    assert answer(client, "one") == 11

    with pytest.raises(InferenceServerException, match="failed to load 'four'"):
        client.load_model("four")
    add_model(remote, "four", 4)
    store.put_tree(remote)
    client.load_model("four")
    assert answer(client, "four") == 14


def contents(tmp_path: Path) -> int:
    """How many different contents the cache holds."""
    return sum(path.is_file() for path in (tmp_path / "cache" / "contents").rglob("*"))


def test_wrong_keys_and_buckets_are_explained(
    store: ObjectStore, tmp_path: Path, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reason(url: str) -> str:
        server = NereidServer(url, tmp_path / "server.log", cache)
        with pytest.raises(ServerDidNotStart), server:
            pass
        assert server.wait_for_exit() == 1
        return server.log

    assert "the bucket 'nothing-here' does not exist" in reason(store.url.replace("/models/", "/nothing-here/"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    log = reason(store.url)
    assert f"the secret key does not belong to the access key '{ACCESS_KEY}'" in log
    assert "not-the-secret" not in log
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDNOBODY")
    assert "the access key 'AKIDNOBODY' is not known to the store" in reason(store.url)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not" in reason(store.url)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "no credentials were found" in reason(store.url)


def test_credential_file(
    store: ObjectStore, tmp_path: Path, cache: str, serve: Callable[..., NereidServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "remote", "text", identity_config("STRING", "-1"))
    store.put_tree(tmp_path / "remote")
    store.put("text/1/empty", b"")
    file = tmp_path / "credentials.json"
    own = store.url.removesuffix(store.prefix)
    file.write_text(
        f'{{"s3": {{"": {{"key_id": "x", "secret_key": "y"}}, '
        f'"{own}": {{"key_id": "{ACCESS_KEY}", "secret_key": "{SECRET_KEY}", "region": "us-east-1"}}}}}}'
    )
    monkeypatch.setenv("TRITON_CLOUD_CREDENTIAL_PATH", str(file))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert serve(store.url, cache).client().is_model_ready("text")

    monkeypatch.delenv("TRITON_CLOUD_CREDENTIAL_PATH")
    monkeypatch.setenv("GS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("GS_SECRET_ACCESS_KEY", SECRET_KEY)
    google = store.url.replace("s3://", "gs://http://")
    assert serve(google, cache).client().is_model_ready("text")


def test_the_cache_stands_in_for_a_store_that_is_away(
    store: ObjectStore, tmp_path: Path, cache: str, serve: Callable[..., NereidServer]
) -> None:
    add_model(tmp_path / "remote", "add", 1)
    store.put_tree(tmp_path / "remote")
    proxy = CuttingProxy(store.port)
    url = store.url_through(proxy.port)
    serve(url, cache).stop()
    proxy.close()

    flags = ("--object-store-retry-count=1", "--model-control-mode=poll", "--repository-poll-secs=1", cache)
    server = serve(url, *flags)
    assert answer(server.client(), "add") == 11
    add_model(tmp_path / "remote", "add", 2)
    store.put_tree(tmp_path / "remote")
    CuttingProxy(store.port, proxy.port)
    server.wait_for_log("the store answers again")
    eventually(lambda: answer(server.client(), "add") == 12)
    assert server.log.count("its models are served from the cache") == 1


def test_downloads_go_on_where_they_were_cut(
    store: ObjectStore, tmp_path: Path, cache: str, serve: Callable[..., NereidServer]
) -> None:
    content = os.urandom(20_000_000)
    store.put("text/config.pbtxt", identity_config("STRING", "-1").encode())
    store.put("text/1/large.bin", content)
    proxy = CuttingProxy(store.port)
    proxy.cuts = [5_000_000, 1_000_000, 9_000_000]
    server = serve(store.url_through(proxy.port), cache)
    assert server.client().is_model_ready("text")
    assert proxy.cuts == []
    # What was in the sockets when they were cut may come twice.
    assert proxy.bytes_passed < len(content) * 1.6
    fetched = tmp_path / "cache" / "contents" / hashlib.sha256(content).hexdigest()[:2] / hashlib.sha256(content).hexdigest()
    assert fetched.read_bytes() == content
