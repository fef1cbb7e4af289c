package io.coralml.repository;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The program that {@link CommitterProcess} runs in a process of its own: opens the repository, or
 * makes it, and lets several threads commit to it. Prints {@value #STARTED} first, and a line per
 * commit as soon as it is acknowledged.
 */
final class CommitterMain {
  static final String STARTED = "started";

  private CommitterMain() {}

  /**
   * Runs the writers and ends when all of them have.
   *
   * @param arguments the folder, the number of the first writer, the number of writers (a thread
   *     each), and how many commits each of them makes
   */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    Path folder = Path.of(arguments[0]);
    int first = Integer.parseInt(arguments[1]);
    int writers = Integer.parseInt(arguments[2]);
    int commits = Integer.parseInt(arguments[3]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(STARTED);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try (Repository repository = Repository.openOrInit(folder)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int writer = first + i;
        running.add(
            threads.submit(
                () -> {
                  for (int index = 0; index < commits; index++) {
                    // One call, one write: lines of several threads do not mix.
                    out.print(Writers.commit(repository, writer, index).line() + "\n");
                    out.flush();
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }
}
