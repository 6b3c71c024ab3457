"""A run of batch prediction that kills itself in the middle: `killed_run.py DATA OUT BATCHES`."""

import os
import signal
import sys
from pathlib import Path

from netwright.machine.progress import Silent
from netwright.serving.batch import predict as module


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.serving.batch.conftest import ROWS, Weighing, package_of

    class Dying(Weighing):
        def answer(self, inputs):
            if len(self.batches) == int(sys.argv[3]):
                os.kill(os.getpid(), signal.SIGKILL)
            return super().answer(inputs)

    module.open_package = lambda _: package_of(ROWS)
    module.open_engine = lambda *_: Dying()
    module.check_engine = lambda *_: 0.0
    module.CHUNK = 8
    module.predict(module.PredictSetting(Path("p"), sys.argv[1], Path(sys.argv[2]), batch=4, skip_bad=True), Silent())


if __name__ == "__main__":
    main()
