#!/usr/bin/env bash
# Makes sure that a Chromium is at hand for the report's browser test: the one that is there, or Debian's.
set -euo pipefail
for name in "${NETWRIGHT_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium from Debian for the report's browser test"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "no Chromium: the report's browser test is skipped (install the package chromium, or set NETWRIGHT_CHROMIUM)"
