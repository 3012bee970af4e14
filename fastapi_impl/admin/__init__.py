"""The admin at /admin/, with starlette-admin: its site, sign-in, templates and middleware."""
