# One image for the service and the page: `docker compose up` builds and starts both. See docs/deployment.md for the rest.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# The image has the extras app and ocr; EXTRAS=torch adds FARMReader and TransformersReader, and torch with them, which the default
# pipeline does without.
# EXTRA_INDEX_URL is then the package index with torch for the CPU; without it pip takes the one for CUDA, of several GB.
ARG EXTRAS=""
ARG EXTRA_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_CONSTRAINT=/src/constraints.txt
WORKDIR /src
RUN python -m venv /opt/needlepoint
ENV PATH=/opt/needlepoint/bin:$PATH
# Needlepoint's requirements change seldom, so they are a layer of their own.
COPY pyproject.toml constraints.txt requirements.lock docker/requirements.py ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --require-hashes --requirement requirements.lock
RUN --mount=type=cache,target=/root/.cache/pip \
    python requirements.py app ocr ${EXTRAS} > requirements.txt \
    && pip install ${EXTRA_INDEX_URL:+--extra-index-url "${EXTRA_INDEX_URL}"} --requirement requirements.txt
COPY README.md LICENSE ./
COPY components components
COPY examples/collection examples/collection
COPY models/reader models/reader
COPY pipelines pipelines
COPY ui ui
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-deps . && pip check

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/needlepoint/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    HOME=/tmp \
    NEEDLEPOINT_STORE=/var/lib/needlepoint \
    NEEDLEPOINT_CACHE=/var/cache/needlepoint
RUN install -d -o 10001 -g 10001 -m 750 "${NEEDLEPOINT_STORE}" "${NEEDLEPOINT_CACHE}"
COPY --from=build /opt/needlepoint /opt/needlepoint
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=5m --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
ENTRYPOINT ["needlepoint"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
