FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app

FROM base AS checked
COPY server.py health.py test_server.py frontend/ ./
# COPY keeps the modes of the checkout, which a strict umask makes readable for its owner alone.
RUN chmod -R a+rX .
USER 10001:10001
# By name: without names, Python 3.11 finds no test and calls it a success.
RUN python3 -m unittest test_frontend test_server

FROM base
# From the checked stage, so that no builder makes the image unless its checks have passed.
COPY --from=checked /app/frontend.py /app/health.py /app/server.py ./
COPY --from=checked /app/page page
# Given by the deployment. It is part of the image, so what answers with it is that image.
ARG VERSION=unknown
ENV VERSION=$VERSION
USER 10001:10001
# Fargate mounts an empty volume here beside the read-only root. It belongs to root with mode 0755, unless the image declares
# the same path as VOLUME: then it keeps the image's owner and mode.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
VOLUME ["/tmp"]
EXPOSE 8080
ENTRYPOINT ["python3", "/app/frontend.py"]
