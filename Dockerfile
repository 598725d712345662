# syntax=docker/dockerfile:1
#
# docker buildx build --platform linux/amd64,linux/arm64 --provenance mode=max --sbom true -t REGISTRY/kt-sidecar:0.1.0 .
#
# For a release give both images by digest, so that the same sources make the same image:
#   docker buildx imagetools inspect gcr.io/distroless/nodejs26-debian13:nonroot   # prints the digest of the index
#   --build-arg RUN_IMAGE=gcr.io/distroless/nodejs26-debian13:nonroot@sha256:…
ARG BUILD_IMAGE=node:26-trixie-slim
ARG RUN_IMAGE=gcr.io/distroless/nodejs26-debian13:nonroot

# The bundle is the same for every platform: made once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS tree
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/var/cache/npm npm ci --cache /var/cache/npm
COPY LICENSE tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run image:tree -- --out /out --no-compile-cache

# The compile cache holds for one Node on one architecture: baked by the very Node that will use it. (V8 also looks at the
# features of the processor: on another model it compiles again, 20 ms at start.)
FROM ${RUN_IMAGE} AS run
FROM ${BUILD_IMAGE} AS baked
COPY --from=run /nodejs/bin/node /run-node
COPY --from=tree /src/scripts/compile-cache.ts /compile-cache.ts
COPY --from=tree /out /out
RUN node /compile-cache.ts /out /run-node

FROM run
COPY --from=baked /out /app
LABEL org.opencontainers.image.title="kt-sidecar" \
      org.opencontainers.image.description="A lightweight AI policy gateway that runs as a sidecar" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# Without it Node would look for a cache bound to one user and one folder.
ENV NODE_COMPILE_CACHE_PORTABLE=1
# Otherwise glibc keeps a heap for each thread that compiles and collects: 6 MB.
ENV MALLOC_ARENA_MAX=1
WORKDIR /app
USER 65532:65532
# 41002 serves the app, on loopback only; 41003 serves probes, metrics and /status.
EXPOSE 41002 41003
# Kubernetes asks its own probes.
HEALTHCHECK NONE
# Node itself is process 1: kt handles the signals, and there is no shell to put in between.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "--max-old-space-size-percentage=55", "/app/kt.js"]
CMD ["gateway", "run", "--policy-config", "/etc/kt/policy/policy-config.yaml"]
