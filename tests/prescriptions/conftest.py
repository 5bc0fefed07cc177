from tests.records.conftest import attended, look

__all__ = ["attended", "look"]
