# Serves TensorZero's gateway in process, at a port of its choice, and prints where. Argument: its configuration file.
import signal
import sys

from tensorzero import tensorzero as native

gateway = native._start_http_gateway(
    config_file=sys.argv[1], clickhouse_url=None, postgres_url=None, valkey_url=None, async_setup=False
)
print(gateway.base_url, flush=True)
signal.pause()
