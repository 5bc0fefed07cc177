import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctobooking.settings.production")
pages = get_wsgi_application()

from core.live.hub import Hub  # noqa: E402 -- as above
from doctobooking.bridge import Bridge  # noqa: E402 -- what needs Django comes after it
from doctobooking.dispatcher import Dispatcher, database_address  # noqa: E402 -- as above

application = Dispatcher(
    Bridge(pages, int(os.environ.get("WEB_THREADS") or 4)), Hub(database_address())
)
