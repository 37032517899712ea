# An image with the command circulars, Pango and the fonts; it works in /work as an ordinary user.
#
#     docker build --tag circulars .
#     docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" circulars build

FROM debian:12-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY requirements.lock ./
RUN python3 -m venv /opt/circulars \
    && /opt/circulars/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY templates templates
COPY letters letters
RUN /opt/circulars/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 git libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fontconfig fonts-crosextra-carlito fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 circulars
COPY --from=build /opt/circulars /opt/circulars
ENV PATH=/opt/circulars/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1
USER circulars
WORKDIR /work
ENTRYPOINT ["circulars"]
CMD ["--help"]
