# The image of web, worker, beat and backup. Needs Postgres and Valkey (or Redis) beside it: see
# docker-compose.yml.
# pg_dump must not be older than the server: the version of docker-compose.yml, and the Debian of
# the last stage.
FROM postgres:18-bookworm AS postgres

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements-uv.lock requirements-production.lock ./
RUN python -m venv /uv \
    && /uv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && python -m venv --without-pip /venv \
    && /uv/bin/uv pip install --no-cache --python /venv/bin/python --require-hashes \
       --compile-bytecode -r requirements-production.lock
COPY . .
# The settings want values before they let anything run; nothing connects, nothing stays.
RUN DJANGO_SETTINGS_MODULE=doctobooking.settings.production \
    DATABASE_URL=postgres://nobody@127.0.0.1:1/none \
    REDIS_URL=redis://127.0.0.1:1/0 \
    SECRET_KEY=build-only-0123456789-abcdefghij-KLMNOPQRST-uvwxyz-0123456789-XYZ \
    ALLOWED_HOSTS=build.invalid \
    EMAIL_URL=smtp://127.0.0.1:1 \
    CLINICAL_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin doctobooking \
    && install --directory --owner doctobooking --mode 0700 /data /backups
# Debian's libpq5 brings the libraries that the newer libpq needs, too; /usr/local/lib comes first.
# The versions are asked so that a library that is missing fails here, and not in the night.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq5 liblz4-1 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY --from=postgres /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /usr/local/bin/
COPY --from=postgres /usr/lib/*-linux-gnu/libpq.so.5* /usr/local/lib/
RUN ldconfig && pg_dump --version && pg_restore --version
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER doctobooking
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=doctobooking.settings.production \
    DOCTOBOOKING_DATA=/data \
    WEB_WORKERS=2 \
    WEB_THREADS=4
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "doctobooking.probe", "http://127.0.0.1:8000/healthz"]
# The shell reads WEB_WORKERS and is then replaced: granian gets the signals itself. An open page
# counts as a request: there must be room for all of them (--backpressure). After a SIGHUP an old
# worker stays until the new one has had time to start (--respawn-interval).
CMD ["sh", "-c", "exec granian --interface asgi --host 0.0.0.0 --port 8000 --workers \"$WEB_WORKERS\" --backlog 2048 --backpressure 2048 --no-ws --respawn-failed-workers --respawn-interval 10 --workers-kill-timeout 20 doctobooking.asgi:application"]
