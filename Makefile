PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
GSTREAMER := gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly
DEBIAN := postgresql chromium fonts-dejavu-core dovecot-imapd openssl $(GSTREAMER)
NAME ?= all
PORT ?= 8000

.PHONY: setup setup-test debian run check test test-long bench

.venv/made: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt -e .
	touch $@

.venv/made-test: .venv/made
	$(PIP) install -c constraints.txt -e '.[test,training]'
	touch $@

setup: .venv/made

setup-test: .venv/made-test debian

debian:
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && command -v chromium >/dev/null && ls /usr/sbin/dovecot >/dev/null 2>&1 && ls /usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		(apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(DEBIAN)) >/dev/null 2>&1 \
		|| echo "Debian's packages could not be installed: tests that need $(DEBIAN) are skipped"; \
	else echo "install these as root for the tests that need them: apt-get install $(DEBIAN)"; fi

run: setup
	@$(BIN)/bearwatch up --demo --port $(PORT)

check: .venv/made-test
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Real servers and browsers on a busy machine: what fails is tried again, and the last lines name it.
test: setup-test check
	$(BIN)/python -m pytest -m "not long" -n 3 --max-worker-restart 3 --dist loadfile --no-loadscope-reorder --reruns 2 --reruns-delay 2 -rR

test-long: setup-test
	$(BIN)/python -m pytest -m long --timeout 1800 -o faulthandler_timeout=7200

bench: setup-test
	$(BIN)/python -m bench $(NAME)
