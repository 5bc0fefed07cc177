import io
import zipfile

import pytest


@pytest.fixture
def unzipped():
    def read(content):
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return {name: bundle.read(name) for name in bundle.namelist()}

    return read
