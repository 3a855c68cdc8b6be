# Three images from one file; the last, the product, is the default:
#   docker build --tag reactive-tables .
#   docker build --tag reactive-tables-nginx --target nginx .
#   docker build --tag reactive-tables-aws --target emulator .      for machines without AWS
# Each process of stack/processes.py runs from the product's image. None of the images runs as root.

FROM python:3.13-slim AS builder
RUN apt-get update -qq && apt-get install -qq --yes --no-install-recommends tini >/dev/null
COPY requirements.txt /
# A venv without pip: nothing in the product installs anything.
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --quiet --no-cache-dir --require-hashes --requirement /requirements.txt
WORKDIR /app
COPY wire wire
COPY telemetry telemetry
COPY master master
COPY client client
COPY templates templates
COPY deploy/image/build.env /build.env
# Static files with their digests in their names, for nginx and for WhiteNoise. The settings are only to be loaded by.
RUN for project in master client; do \
      ENV_FILE=/build.env /venv/bin/python -m "$project" collectstatic --no-input --verbosity 0 || exit 1; \
    done \
 && /venv/bin/python -m compileall -q .

FROM python:3.13-slim AS emulator
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin reactive
COPY stack/requirements.txt /
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --quiet --no-cache-dir --require-hashes --requirement /requirements.txt \
 && install --directory --owner reactive /state
COPY --from=builder /usr/bin/tini-static /usr/bin/tini
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_PORT=4566 SERVICES=sns,sqs SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 PERSIST_STATE=1 STATE_DIR=/state LOG_LEVEL=WARNING
USER 10001:10001
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "ministack"]

FROM nginxinc/nginx-unprivileged:1 AS nginx
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/parts /etc/nginx/parts
COPY deploy/nginx/servers /etc/nginx/servers
COPY --from=builder /app/staticfiles/client /usr/share/nginx/client/static
COPY --from=builder /app/staticfiles/master /usr/share/nginx/master/static
# Answer what is under way before ending, also where the base image does not say so.
STOPSIGNAL SIGQUIT

FROM python:3.13-slim AS product
# An account of its own, that owns nothing: what runs cannot change itself.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin reactive \
 && install --directory --owner reactive --group reactive /var/log/reactive-tables
COPY --from=builder /usr/bin/tini-static /usr/bin/tini
COPY --from=builder /venv /venv
COPY --from=builder /app /app
# /tmp is all that a process writes to, so that the root file system may be read-only; and /var/log/reactive-tables, if
# LOG_FILE says so: a new volume that is mounted there belongs to the account.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    ENV_FILE= STATIC_HASHED=true OPERATIONS_HOST=0.0.0.0 OPERATIONS_PORT=9100
WORKDIR /app
USER 10001:10001
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Reactive Tables" org.opencontainers.image.licenses="BSD-3-Clause" \
      org.opencontainers.image.revision=$REVISION
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "master", "check"]
