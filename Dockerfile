# syntax=docker/dockerfile:1

# One image for the gate and for the Jobs that ask it: `serve` or `hook ...` are arguments.
# Own mirrors, and digests, go in by --build-arg.
ARG NODE_IMAGE=node:24-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

# No shell and no package manager.
FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=dependencies /dependencies/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
# The gate serves them with live values.
COPY runbooks ./runbooks
# The user `nonroot` by its number, so that Kubernetes can see that it is not root.
USER 65532:65532
# The command installs its own handlers, so it needs no init above it to hear SIGTERM.
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli/cli.js"]
CMD ["--help"]
