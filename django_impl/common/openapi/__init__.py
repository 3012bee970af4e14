"""The generated OpenAPI document and the documentation pages."""
