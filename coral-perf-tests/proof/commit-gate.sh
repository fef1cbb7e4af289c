#!/usr/bin/env bash
# Proves the gate against older code on the whole build: a commit that is made 10 % slower must fail
# `mvn verify -Pquick -Dcoral.baseline=...`, and an unchanged one must pass, twenty times in a row.
#
#   coral-perf-tests/proof/commit-gate.sh [RUNS] [SLOWDOWN_PERCENT]     default: 20 10
#
# Works in a clone of the last commit and leaves the checkout alone. The slowdown waits, after each
# commit, for its share of the time that the commit took. Exit 0: proved.
set -euo pipefail
runs=${1:-20}
percent=${2:-10}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$root" "$work/coral"
cd "$work/coral"

maven() {
  mvn -o -B -ntp -q "$@"
}

# What is measured: the commit alone; the tests of the modules are left out.
gate() {
  maven verify -Pquick -Dcoral.baseline="$work/old.jar" -Dit.test="Commit*Benchmark" \
    -Dtest=NoTest -Dsurefire.failIfNoSpecifiedTests=false
}

verdict() {
  sed -n 's/.*"verdict" : "\([^"]*\)".*/\1/p' coral-perf-tests/target/coral/results.json
}

maven package -pl coral-core -DskipTests
cp coral-core/target/coral-core-*-SNAPSHOT.jar "$work/old.jar"

failed=0
for run in $(seq "$runs"); do
  if gate > "$work/log" 2>&1; then
    echo "unchanged, run $run of $runs: passed. $(verdict)"
  else
    failed=$((failed + 1))
    echo "unchanged, run $run of $runs: FAILED. $(verdict)"
    grep -a -A12 '^FAILED' "$work/log" | head -20 || tail -20 "$work/log"
  fi
done

python3 coral-perf-tests/proof/slow_commit.py "$percent"
if gate > "$work/log" 2>&1; then
  echo "slower by $percent %: PASSED, so it was not caught. $(verdict)"
  failed=$((failed + 1))
else
  grep -a -q "SLOWER" "$work/log" || { tail -20 "$work/log"; exit 3; }
  echo "slower by $percent %: caught. $(verdict)"
  grep -a -A12 "^FAILED" "$work/log" | head -14
fi
exit $((failed > 0))
