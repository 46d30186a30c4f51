# One image for every process: web (the default), worker, courier, beat, mcp, migrate. See compose.yml.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install -r requirements.txt

FROM python:3.11.14-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home desk
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# The throw-away key serves this one command; at run time the key comes from SECRET_KEY or is made in /data.
RUN SECRET_KEY=only-for-building DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q tickets sla integrations analytics ai ticketsite \
    && pip install --no-deps --no-build-isolation --editable .
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["uvicorn", "ticketsite.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--no-access-log", "--no-server-header", "--ws-max-size", "65536", "--ws-per-message-deflate", "false", \
     "--log-config", "deploy/uvicorn-logging.json", \
     "--timeout-graceful-shutdown", "20"]
