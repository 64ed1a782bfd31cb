"""Morango's side of `dev.py bench peers`: make a store, serve it, push visits to it, count them.

Runs with Morango and Django on the path, in processes of its own: `replicate.py found|serve|push|count DB`.
"""

import json
import sys
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PROFILE = "casebook"


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def found() -> None:
    """A new store with the certificate that both sides hold."""
    from morango.models.certificates import Certificate, ScopeDefinition  # Django has to be set up before

    call_command("migrate", run_syncdb=True, verbosity=0)
    ScopeDefinition.objects.create(
        id="all",
        profile=PROFILE,
        version=1,
        primary_scope_param_key="town",
        description="all",
        read_filter_template="",
        write_filter_template="",
        read_write_filter_template="${town}",
    )
    Certificate.generate_root_certificate("all")


def serve() -> None:
    """Answer on a free port of this machine, which is said first."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Silent)
    print(server.server_port, flush=True)
    server.serve_forever()


def push() -> None:
    """Write the visits that come by the standard input, push them twice, and say how long each took."""
    from casebook.models import Visit  # Django has to be set up before
    from morango.models.certificates import Certificate, Filter
    from morango.sync.controller import MorangoProfileController

    own = Certificate.objects.get()
    for line in sys.stdin:
        Visit(town=own.id, **json.loads(line)).save()
    connection = MorangoProfileController(PROFILE).create_network_connection(
        f"http://127.0.0.1:{sys.argv[3]}"
    )
    (theirs,) = connection.get_remote_certificates(own.id)
    seconds = []
    for _ in range(2):
        client = connection.create_sync_session(own, theirs).get_push_client()
        began = time.perf_counter()
        client.initialize(Filter(own.id))
        client.run()
        client.finalize()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"import": seconds[0], "re-import": seconds[1]}))


def count() -> None:
    """How many visits the store holds."""
    from casebook.models import Visit  # Django has to be set up before

    print(Visit.objects.count())


if __name__ == "__main__":
    settings.configure(
        SECRET_KEY="only for measuring",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="morango.urls",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "rest_framework",
            "morango",
            "casebook",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": sys.argv[2],
                "OPTIONS": {"timeout": 60},
            }
        },
    )
    django.setup()
    {"found": found, "serve": serve, "push": push, "count": count}[sys.argv[1]]()
