# hermod in a container. One stage builds it; the final stage has only the program and its libraries.
#   docker build -t hermod .
#   docker run -p 8080:8080 -e REDIS_URL=… -e KAFKA_BOOTSTRAP_SERVERS=… -v ./key:/run/secrets/key:ro \
#     -e JWT_SECRET_KEY_FILE=/run/secrets/key hermod
# script/check-dockerfile runs the same steps in a minimal Debian root on machines without a container engine.

FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends \
      g++ libboost-dev libcli11-dev libcurl4-openssl-dev libhiredis-dev libjwt-dev librdkafka-dev libsimdjson-dev \
      libspdlog-dev libssl-dev libtomlplusplus-dev libuv1-dev libwebsockets-dev libxxhash-dev meson ninja-build nlohmann-json3-dev \
      pkgconf prometheus-cpp-dev python3 && \
    rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN meson setup /build --buildtype=release --prefix=/usr -Dtests=disabled -Dsystemd=disabled -Dunity=on && \
    ninja -C /build && \
    strip -o /hermod /build/hermod

FROM debian:bookworm-slim
# No dependency installs libwebsockets-evlib-uv, which libwebsockets loads at run time, or libcurl4, which hermod loads for
# the export of traces and for the commands of operators.
RUN apt-get update && apt-get install --yes --no-install-recommends \
      ca-certificates curl libcurl4 libhiredis0.14 libjwt0 libprometheus-cpp-core1.0 librdkafka1 libsimdjson14 libspdlog1.10-fmt9 \
      libssl3 libtomlplusplus3 libuv1 libwebsockets17 libwebsockets-evlib-uv && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin hermod
COPY --from=build /hermod /usr/bin/hermod
USER hermod
ENV ENVIRONMENT=production LOG_FORMAT=json
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/healthz/live"]
ENTRYPOINT ["hermod"]
CMD ["serve"]
