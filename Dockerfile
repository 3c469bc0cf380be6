# An image that holds labbook and nothing else. docs/install.md says how it is built and run.
FROM golang:1.26.8 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -buildvcs=true -trimpath -ldflags="-s -w" -o /image/labbook .
# labbook keeps its lock in /tmp, and writes below the folder where it is called. Any user may, as with
# docker run --user.
RUN mkdir -m 1777 /image/tmp /image/work

FROM scratch
COPY --from=build /image/ /
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/labbook"]
