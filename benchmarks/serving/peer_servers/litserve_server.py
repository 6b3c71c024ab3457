"""LitServe, as its documentation shows it: one worker."""

import litserve
from mlp import answer, arguments, load

told = arguments()


class Api(litserve.LitAPI):
    """The model."""

    def setup(self, device):  # noqa: ARG002 - LitServe names it
        """Load it."""
        self.model = load(told.weights)

    def decode_request(self, request):
        """Take the numbers."""
        return request["image"]

    def predict(self, image):
        """Compute."""
        return answer(self.model, image)

    def encode_response(self, output):
        """Hand out."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(Api(), accelerator="cpu", workers_per_device=1)
    server.run(port=told.port, host="127.0.0.1", generate_client_file=False, num_api_servers=1, log_level="warning")
