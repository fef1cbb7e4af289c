"""Makes the commit of this checkout slower: each waits for a share of the time that it took.

usage, in the root of a checkout: python3 coral-perf-tests/proof/slow_commit.py PERCENT
"""

import pathlib
import sys

FILE = pathlib.Path("coral-core/src/main/java/io/coralml/repository/Transaction.java")
BEFORE = "      return repository.commit(this, message);\n"
AFTER = f"""      long began = System.nanoTime();
      CommitId slow = repository.commit(this, message);
      long end = System.nanoTime() + (System.nanoTime() - began) * {int(sys.argv[1])} / 100;
      while (System.nanoTime() < end) {{
        Thread.onSpinWait();
      }}
      return slow;
"""

text = FILE.read_text()
if text.count(BEFORE) != 1:
    sys.exit(f"the place to slow down is not in {FILE} any more")
FILE.write_text(text.replace(BEFORE, AFTER))
