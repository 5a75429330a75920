# syntax=docker/dockerfile:1
# Builds the bot, runs its tests, and keeps only what it needs to run: no shell, no package manager, not root.
#   docker build -t gitopsbot .
#   docker run --read-only -v "$PWD/config:/config:ro" -v gitopsbot-data:/data -p 8080:8080 gitopsbot

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# Packages change less often than code: their layer is kept.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/GitOpsBot.Core/GitOpsBot.Core.csproj src/GitOpsBot.Core/
COPY src/GitOpsBot/GitOpsBot.csproj src/GitOpsBot/
RUN dotnet restore src/GitOpsBot -p:PublishReadyToRun=true --use-current-runtime
COPY . .
RUN .ci/run
RUN dotnet publish src/GitOpsBot -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -o /app && mkdir /empty

# "extra" has the time zones; glibc, since the Git library is native.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
COPY --from=build /app /app
COPY --from=build --chown=$APP_UID:$APP_UID /empty /data
USER $APP_UID
# The root file system may be read-only: /data is the only place that is written, and holds caches alone.
# Variables win over the settings file, so what it says of these two counts only outside of the container.
ENV DOTNET_EnableDiagnostics=0 TMPDIR=/data GITOPSBOT__DATADIR=/data GITOPSBOT__HTTP__LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/app/gitopsbot"]
CMD ["run", "--config", "/config/gitopsbot.yaml", "--log-format", "json"]
