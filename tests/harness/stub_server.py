"""A server that is ready at once and has a child process that ignores SIGTERM: `stub_server PORT`."""

import http.server
import subprocess
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    """Responds with 200 to each GET request, and logs nothing."""

    def do_GET(self) -> None:
        """Respond with 200."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


if __name__ == "__main__":
    print("a line of the log", flush=True)
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", child])
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
