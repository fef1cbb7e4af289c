package io.coralml.repository;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The program that {@link KillTest} runs in a process of its own and kills: commits so often that
 * packs are merged again and again, and rebuilds the index each time. Says where it is, and prints
 * a line per commit as soon as it is acknowledged.
 */
final class MergerMain {
  /** Printed when the next commit merges packs of both kinds. */
  static final String MERGING = "merging";

  /** Printed before the index is rebuilt. */
  static final String INDEXING = "indexing";

  private static final int FULL = 15;

  private MergerMain() {}

  /**
   * Goes on until it is killed.
   *
   * @param arguments the folder of the repository, made when missing, and the number of the writer
   */
  public static void main(String[] arguments) {
    int writer = Integer.parseInt(arguments[1]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(CommitterMain.STARTED);
    try (Repository repository = Repository.openOrInit(Path.of(arguments[0]))) {
      for (int index = 0; ; index++) {
        int packs = repository.store().stats().packs();
        if (packs >= FULL) {
          out.println(MERGING);
        }
        out.println(Writers.commit(repository, writer, index).line());
        if (repository.store().stats().packs() < packs) {
          out.println(INDEXING);
          repository.store().rebuildIndex();
        }
      }
    }
  }
}
