"""Mode poll: random edits of the repository while clients infer over HTTP and gRPC.

POLL_EDITS is the number of edits (40 if it is not set), SIMULATION_SEED the seed.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.http as http
from clients import run_together
from edited_model import EditedModel
from nereid_server import NereidServer, eventually
from tritonclient.utils import InferenceServerException

EDITS = int(os.environ.get("POLL_EDITS", "40"))
SEED = int(os.environ.get("SIMULATION_SEED", "1"))
SETTLE_SECONDS = 0.5
CLIENTS = 8


class Asker:
    """Asks a model for its label, over HTTP or gRPC, on one thread."""

    def __init__(self, server: NereidServer, over_grpc: bool):
        module = grpc if over_grpc else http
        self.client = server.grpc_client() if over_grpc else server.client()
        self.input = module.InferInput("X", [1], "FP32")
        self.input.set_data_from_numpy(np.zeros(1, np.float32))
        self.output = module.InferRequestedOutput("Y", class_count=1)

    def ask(self, model: str) -> tuple[int, int, int]:
        """The number in the file, the label, and the version that answered."""
        result = self.client.infer(model, [self.input], outputs=[self.output])
        number, _, label = result.as_numpy("Y")[0].decode().split(":")
        response = result.get_response()
        version = response.model_version if isinstance(result, grpc.InferResult) else response["model_version"]
        return int(float(number)), int(label), int(version)


def test_random_edits_while_clients_infer(repository: Path, serve: Callable[..., NereidServer]) -> None:
    chance = random.Random(SEED)
    staying = [EditedModel(repository, f"staying{index}", chance, SETTLE_SECONDS) for index in range(5)]
    visitor = EditedModel(repository, "visitor", chance, SETTLE_SECONDS)
    server = serve(
        repository, "--model-control-mode=poll", "--repository-poll-secs=1",
        f"--repository-settle-secs={SETTLE_SECONDS}", "--strict-readiness=false",
    )
    done = Event()
    faults: list[str] = []
    counts: Counter[str] = Counter()

    def edit() -> None:
        try:
            for _ in range(EDITS):
                if chance.random() < 0.15:
                    counts[come_or_go(visitor)] += 1
                else:
                    counts[chance.choice(staying).edit()] += 1
                # Often sooner than files are quiet, sometimes later.
                time.sleep(chance.choice([0, 0.02, 0.1, 0.2, 0.5, SETTLE_SECONDS + 0.3]))
            for model in staying:
                model.mend()
            asker = Asker(server, over_grpc=False)
            for model in staying:
                eventually(lambda: asker.ask(model.name)[1] == model.generation, timeout=60)
        finally:
            done.set()

    def infer(index: int) -> None:
        asker = Asker(server, over_grpc=index % 2 == 1)
        turn = index
        while not done.is_set():
            turn += 1
            model = (staying + [visitor])[turn % (len(staying) + 1)]
            sent = time.monotonic()
            try:
                number, label, version = asker.ask(model.name)
            except InferenceServerException as error:
                if model is visitor:
                    counts["refused by the model that comes and goes"] += 1
                elif model.was_away(sent):
                    counts["refused after a stall"] += 1
                else:
                    faults.append(f"{model.name}: {error}")
                continue
            counts["answers over gRPC" if index % 2 == 1 else "answers over HTTP"] += 1
            if not model.accepts(number, label, version):
                faults.append(f"{model.name}:{version} answered {number} with label {label}")
            time.sleep(0.01)

    run_together(edit, *(lambda index=index: infer(index) for index in range(CLIENTS)))
    log = server.log
    for what in ("successfully loaded", "updating in place", "changed while they were loaded"):
        counts[f"log: {what}"] = log.count(what)
    counts["stalls of the machine within an edit"] = sum(model.stalls for model in [*staying, visitor])
    print(f"seed {SEED}, {EDITS} edits: {dict(sorted(counts.items()))}")
    assert faults == []
    assert counts["answers over gRPC"] > EDITS and counts["answers over HTTP"] > EDITS


def come_or_go(model: EditedModel) -> str:
    """The model leaves the repository, or comes back with a new generation."""
    if model.folder.exists():
        model.folder.rename(model.aside)
        return "go"
    if model.aside.exists():
        model.aside.rename(model.folder)
    model.mend()
    return "come"
