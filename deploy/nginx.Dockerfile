# The edge: docker build -f deploy/nginx.Dockerfile -t cdn-edge .
ARG NGINX=docker.io/library/nginx:1.29

FROM ${NGINX}
COPY nginx/nginx.conf nginx/replica.conf nginx/cors.conf nginx/methods.conf nginx/welcome.conf nginx/limits.conf nginx/limited.conf /etc/cdn/
COPY --chmod=755 deploy/nginx/generate.sh deploy/nginx/start.sh /usr/local/bin/
# A volume that is mounted at /served for the first time takes over its owner, who is also that of the replicas.
RUN mkdir /served && chown 1654:1654 /served
USER 1654:1654
EXPOSE 9005
ENTRYPOINT ["/usr/local/bin/start.sh"]
