#!/usr/bin/env bash
# Makes the pictures of the report in the docs, from real runs of the quick profile: the README's from one whole run;
# the others from three of a few benchmarks, the last of them with a commit that was made slower and the older code as
# its baseline.
#
#   allure-config/docs/screenshots.sh [all | report | others] [-Dit.test=...]
#
# "report" makes the README's alone, "others" all but that. The option names what the three runs measure, by default
# the benchmarks of commit, performance and scalability. Works in a clone of the last commit. Needs Chromium, python3 and
# what Maven has fetched before.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
which=all
case ${1:-} in all | report | others) which=$1 && shift ;; esac
work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$work"' EXIT
git clone -q "$root" "$work/coral"
cd "$work/coral"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)

# serve: shows the site that the last run has made.
serve() {
  python3 -m http.server --bind 127.0.0.1 --directory allure-config/target/allure-site 8765 > "$work/server.log" 2>&1 &
  server=$!
  sleep 1
}

shot() { # name, part of the address, width, height
  "$chromium" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
    --disable-sync --user-data-dir="$work/browser-$1" --hide-scrollbars --virtual-time-budget=8000 \
    --window-size="$3,$4" --screenshot="$root/allure-config/docs/$1.png" "http://127.0.0.1:8765/index.html$2" \
    > "$work/browser.log" 2>&1
  echo "$1.png: $(stat -c %s "$root/allure-config/docs/$1.png") bytes"
}

if [ "$which" != others ]; then
  mvn -o -B -ntp -q verify -Pquick
  serve
  shot report "" 1400 1000
  kill "$server"
  wait "$server" || true
  server=
  if [ "$which" = report ]; then exit 0; fi
  git clean -qfdx # the others begin with results and a history of their own
fi

tests=${1:--Dit.test=Commit*Benchmark,PerformanceBenchmark,ScalabilityBenchmark}
run() {
  mvn -o -B -ntp -q verify -Pquick "$tests" -Dtest='TensorIdTest,ShapeTest,EntropyTest,ScaleTest,ChangePointsTest,CategoriesTest' \
    -Dsurefire.failIfNoSpecifiedTests=false "$@"
}

run
run
mvn -o -B -ntp -q package -pl coral-core -DskipTests
cp coral-core/target/coral-core-*-SNAPSHOT.jar "$work/old.jar"
python3 coral-perf-tests/proof/slow_commit.py 20
run -Dcoral.baseline="$work/old.jar" || echo "failed, as it should"

serve

# The page of a test: the first one with a benchmark's label whose name and status fit.
page() { # part of the full name, status
  python3 - "$1" "$2" <<'PYTHON'
import glob
import json
import sys

for file in sorted(glob.glob("allure-config/target/allure-site/data/test-cases/*.json")):
    test = json.load(open(file))
    layers = [label["value"] for label in test["labels"] if label["name"] == "layer"]
    if layers == ["benchmark"] and sys.argv[1] in test["fullName"] and test["status"] == sys.argv[2]:
        print("#testresult/" + test["uid"])
        break
else:
    sys.exit("no benchmark " + sys.argv[1] + " with status " + sys.argv[2])
PYTHON
}

passed=$(page PerformanceBenchmark.encode passed)
failed=$(page CommitInMemoryBenchmark.commit failed)
shot overview "" 1400 1000
shot benchmark "$passed" 1100 1900
shot failed-gate "$failed" 1100 2400
shot trend "#graph" 1400 1000
