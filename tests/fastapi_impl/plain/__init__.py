"""An application that is written as in FastAPI's tutorial and uses the project's route class."""
