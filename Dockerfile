# The mock as a container: docker build -t backendless-mock . && docker run -p 2563:2563 backendless-mock
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
# Installed with its bytecode, so that the first answer does not wait for a compiler.
RUN python -m venv /opt/mock && /opt/mock/bin/pip install --no-cache-dir --disable-pip-version-check '.[realtime]'

FROM python:3.13-slim
COPY --from=build /opt/mock /opt/mock
ENV PATH=/opt/mock/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
EXPOSE 2563
# The usual interval of 30 s would keep whoever waits for `service_healthy` waiting.
HEALTHCHECK --interval=2s --timeout=2s --start-period=10s --retries=5 CMD ["backendless-mock", "health", "--quiet"]
ENTRYPOINT ["backendless-mock"]
# A container's own network is all that reaches it, unless its port is published.
CMD ["serve", "--host", "0.0.0.0", "--open-to-network"]
