"""Tests in Chromium, which is driven by Playwright. Each test runs on both implementations."""
