# The app in a container: not root, nothing written but under /tmp. docs/deploying.md says how to run it.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
WORKDIR /srv/story

COPY requirements.txt .
RUN pip install --no-cache-dir --compile -r requirements.txt

COPY app.py ./
COPY .streamlit .streamlit
COPY geo geo
COPY layers layers
COPY narrative narrative
COPY docs/wording.md docs/wording.md
RUN python -m compileall -q geo && python -m geo check \
 && useradd --system --uid 10001 --no-create-home story

USER 10001
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["streamlit", "run", "app.py", "--server.headless=true", "--server.address=0.0.0.0", "--server.port=8501"]
