# syntax=docker/dockerfile:1
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/careway
# The dependencies first: this layer changes only with the lock.
COPY requirements.lock .
RUN /opt/careway/bin/python -m pip install --require-hashes -r requirements.lock
COPY . .
RUN /opt/careway/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="careway" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/careway careway
COPY --from=build /opt/careway /opt/careway
ENV PATH=/opt/careway/bin:$PATH PYTHONUNBUFFERED=1
USER careway
WORKDIR /var/lib/careway
VOLUME /var/lib/careway
ENTRYPOINT ["careway"]
CMD ["--help"]
