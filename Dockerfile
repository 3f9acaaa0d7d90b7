# One image for all processes of a deployment: web server (the default), worker, scheduler, migrations.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=cms.settings.production \
    COMPENDIUM_VAR=/var/lib/compendium

# A fixed number, so that volumes can be given to it. The program itself stays root's: nothing running can change it.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin compendium \
    && install --directory --owner compendium --group compendium /var/lib/compendium

WORKDIR /app
COPY requirements.txt .
RUN pip install --requirement requirements.txt
COPY . .
# Development's settings need no secrets to compile catalogues; nothing of that run is kept.
RUN DJANGO_SETTINGS_MODULE=cms.settings.dev COMPENDIUM_VAR=/tmp/build python manage.py compile_catalogues \
    && rm -rf /tmp/build \
    && python -m compileall -q cms home learning search

USER compendium
VOLUME /var/lib/compendium
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "20", \
     "--respawn-failed-workers", "cms.wsgi:application"]
