"""What gunicorn reads before it starts a worker: `--config python:django_impl.config.gunicorn`.

The environment is checked here once, by the master, and not by each worker for itself.
"""

import gc

from django_impl.config.environment import read_environment

read_environment()

worker_class = "django_impl.config.server.worker.BufferedThreadWorker"
keepalive = 75  # seconds; longer than a proxy keeps its own connections
control_socket_disable = True
# No answer depends on the scheme, and gunicorn refuses headers that contradict each other (gunicorn#1857, #2350).
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""  # the shop stands at the root, whatever a SCRIPT_NAME header says


def post_worker_init(_worker: object) -> None:
    """Take out of the garbage collector's rounds what lives as long as the worker: settings, models, modules."""
    gc.collect()
    gc.freeze()
