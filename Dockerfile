# The page assets, exactly the versions that api/pages/assets.json pins
FROM node:24-slim AS assets
WORKDIR /archives
COPY api/pages/assets.json ./
RUN node -p 'Object.entries(require("./assets.json")).map(([name, pin]) => name + "@" + pin.version).join(" ")' > wanted \
    && xargs npm pack --ignore-scripts --silent < wanted

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV PATH="/venv/bin:$PATH"
WORKDIR /app
COPY requirements-runtime.lock ./
RUN pip install --no-deps --require-hashes -r requirements-runtime.lock
COPY . ./
RUN pip install --no-deps --no-build-isolation --editable .
COPY --from=assets /archives /archives
RUN python -m api.pages --archives /archives
# What runs may not write there: bytecode is made now
RUN python -m compileall -q --invalidation-mode unchecked-hash api rest graphql_schema migrations \
    && python -c "from api.cli import generated, serving; generated.keep()"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin stockroom \
    && install --directory --owner=stockroom --mode=0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STOCKROOM_PRODUCTION=true STOCKROOM_HOST=0.0.0.0 STOCKROOM_PORT=8000 STOCKROOM_DATA_DIR=/data
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["stockroom", "serve"]
