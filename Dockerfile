# The program as compose.yaml runs it. Give --build-arg TORCH_INDEX_URL=… (PyTorch's own index of CPU wheels, see README):
# without it torch brings gigabytes of CUDA along.
FROM python:3.11-slim
ARG TORCH_INDEX_URL=
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /lateline
COPY requirements/lock.txt requirements/lock.txt
RUN pip install --quiet --require-hashes --no-deps -r requirements/lock.txt \
 && pip install --quiet --no-deps ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch==2.13.0
COPY . .
RUN pip install --quiet --no-deps --no-build-isolation . \
 && useradd --create-home clinician
USER clinician
EXPOSE 7860
ENTRYPOINT ["lateline"]
CMD ["serve", "--host", "0.0.0.0"]
