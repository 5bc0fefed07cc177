"""`python -m doctobooking.probe ADDRESS [PART]`: the health check of the containers.

Asks as the reverse proxy would, so that neither ALLOWED_HOSTS nor the redirect to TLS is in the
way. PART names something in the answer of /readyz that has to be well, e.g. `beat`.
"""

import http.client
import json
import os
import sys
from urllib.parse import urlsplit


def is_well(address: str, part: str = "") -> bool:
    place = urlsplit(address)
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=4)
    try:
        connection.request("GET", place.path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            return False
        return not part or bool(json.loads(body)[part]["ok"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_well(*sys.argv[1:3]) else 1)
