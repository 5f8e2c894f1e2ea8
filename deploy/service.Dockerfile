# One of the services: docker build -f deploy/service.Dockerfile --build-arg SERVICE=Cdn.Replica -t cdn-replica .
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

FROM ${SDK} AS build
ARG SERVICE
WORKDIR /source
COPY . .
RUN dotnet publish ${SERVICE} -c Release -o /out/app --no-self-contained \
    && mv /out/app/${SERVICE} /out/app/service \
    && mkdir /out/data

# Without a shell, and not as root. A volume that is mounted at /data or /revoked for the first time takes over its owner.
FROM ${RUNTIME}
COPY --from=build --chown=1654:1654 /out/data /data
COPY --from=build --chown=1654:1654 /out/data /revoked
COPY --from=build /out/app /app
USER 1654:1654
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_EnableDiagnostics=0
EXPOSE 8080
ENTRYPOINT ["/app/service"]
