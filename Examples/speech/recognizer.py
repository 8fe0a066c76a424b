"""A client of a speech model served over HTTP: audio in, text out."""

import numpy as np
import tritonclient.http as http


class Recognizer:
    """Sends clips to `model` at `url` (host:port). One per thread: the client underneath is not to be shared."""

    def __init__(self, url: str, model: str, timeout_seconds: float = 120.0):
        self._model = model
        self._client = http.InferenceServerClient(url, network_timeout=timeout_seconds)

    def recognize(self, samples: np.ndarray) -> str:
        """The text of FP32 samples at 16 kHz."""
        audio = http.InferInput("AUDIO", list(samples.shape), "FP32")
        audio.set_data_from_numpy(samples)
        result = self._client.infer(self._model, [audio], outputs=[http.InferRequestedOutput("TEXT")])
        text = result.as_numpy("TEXT")
        if text.shape != (1,):
            raise ValueError(f"TEXT has shape {text.shape}, expected (1,)")
        return text[0].decode()

    def close(self) -> None:
        self._client.close()
