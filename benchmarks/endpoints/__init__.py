"""Endpoints that exist only to be measured. They are added to the applications of the implementations.

`upstream` waits for another HTTP server, `large` returns 1 MB of JSON, `upload` reads a file of 1 MB. The shop has no
such endpoints. Each is written as the framework's documentation shows it: plain views of Django, path operations of
FastAPI. The middleware and the settings are those of the implementation.
"""
