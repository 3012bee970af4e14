"""A server that is ready at once, with a child that ignores being asked to stop: `stub_server PORT`."""

import http.server
import subprocess
import sys


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    print("a line of the log", flush=True)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", stubborn])
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
