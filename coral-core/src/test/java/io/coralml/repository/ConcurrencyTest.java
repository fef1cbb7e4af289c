package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Any number of threads and processes on one repository")
class ConcurrencyTest {
  @TempDir Path folder;

  private static Tensor tensor(int who, int step) {
    return Tensor.of(new float[] {who, step, 0.25f * who * step});
  }

  /** Commits from many threads; each acknowledged commit with what it put. */
  private static Map<CommitId, Map.Entry<String, Tensor>> commitFrom(
      Repository repository, int threads, int commits)
      throws InterruptedException, ExecutionException {
    Map<CommitId, Map.Entry<String, Tensor>> acknowledged = new ConcurrentHashMap<>();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int who = thread;
        running.add(
            pool.submit(
                () -> {
                  for (int step = 0; step < commits; step++) {
                    String name = "worker." + who;
                    CommitId id =
                        repository
                            .transaction("main")
                            .put(name, tensor(who, step))
                            .commit(who + " at " + step);
                    acknowledged.put(id, Map.entry(name, tensor(who, step)));
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
    return acknowledged;
  }

  private static void assertLinear(
      Repository repository, Map<CommitId, Map.Entry<String, Tensor>> acknowledged) {
    Set<CommitId> found = new HashSet<>();
    for (Commit commit : repository.log("main")) {
      assertThat(commit.parents()).hasSizeLessThanOrEqualTo(1);
      found.add(commit.id());
    }
    assertThat(found).isEqualTo(acknowledged.keySet());
    acknowledged.forEach(
        (id, put) ->
            assertThat(repository.snapshot(id).tensor(put.getKey())).isEqualTo(put.getValue()));
    assertThat(repository.history().packCount()).isLessThanOrEqualTo(50);
  }

  private void threads(int threads, int commits) throws InterruptedException, ExecutionException {
    try (Repository repository = Repository.init(folder)) {
      var acknowledged = commitFrom(repository, threads, commits);
      assertThat(acknowledged).hasSize(threads * commits);
      assertLinear(repository, acknowledged);
    }
  }

  @Test
  @DisplayName("16 threads: every acknowledged commit is there, exact, in one line of history")
  void someThreads() throws InterruptedException, ExecutionException {
    threads(16, 5);
  }

  @Test
  @Tag("stress")
  @DisplayName("64 threads with 20 commits each: every one is there, exact, in one line of history")
  void manyThreads() throws InterruptedException, ExecutionException {
    threads(64, 20);
  }

  @Test
  @DisplayName("several repositories open on one folder: nobody's commit is lost")
  void severalOpen() throws InterruptedException, ExecutionException {
    Repository.init(folder).close();
    Map<CommitId, Map.Entry<String, Tensor>> all = new ConcurrentHashMap<>();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        int number = r;
        running.add(
            pool.submit(
                () -> {
                  try (Repository mine = Repository.open(folder)) {
                    for (int step = 0; step < 10; step++) {
                      String name = "repository." + number;
                      CommitId id =
                          mine.transaction("main")
                              .put(name, tensor(number, step))
                              .commit(number + " at " + step);
                      all.put(id, Map.entry(name, tensor(number, step)));
                    }
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
    try (Repository repository = Repository.open(folder)) {
      assertThat(all).hasSize(30);
      assertLinear(repository, all);
    }
  }

  private Process committer(int who, int commits) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            CommittingProcess.class.getName(),
            folder.toString(),
            Integer.toString(who),
            Integer.toString(commits))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void processes(int processes, int commits) throws IOException, InterruptedException {
    Repository.init(folder).close();
    List<Process> running = new ArrayList<>();
    for (int who = 0; who < processes; who++) {
      running.add(committer(who, commits));
    }
    Set<CommitId> acknowledged = new HashSet<>();
    for (Process each : running) {
      String output = new String(each.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(each.waitFor(300, TimeUnit.SECONDS)).isTrue();
      assertThat(each.exitValue()).isZero();
      output.lines().flatMap(CommittingProcess::acknowledged).forEach(acknowledged::add);
    }
    assertThat(acknowledged).hasSize(processes * commits);
    try (Repository repository = Repository.open(folder)) {
      Set<CommitId> found = new HashSet<>();
      repository.log("main").forEach(commit -> found.add(commit.id()));
      assertThat(found).isEqualTo(acknowledged);
      for (int who = 0; who < processes; who++) {
        assertThat(repository.snapshot("main").tensor("process." + who))
            .isEqualTo(CommittingProcess.tensor(who, commits - 1));
      }
    }
  }

  @Test
  @DisplayName("three processes: every acknowledged commit is there")
  void someProcesses() throws IOException, InterruptedException {
    processes(3, 5);
  }

  @Test
  @Tag("stress")
  @DisplayName("16 processes with 20 commits each: every acknowledged commit is there")
  void manyProcesses() throws IOException, InterruptedException {
    processes(16, 20);
  }

  private void kills(int kills) throws IOException, InterruptedException {
    Repository.init(folder).close();
    List<CommitId> acknowledged = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      Process victim = committer(kill, Integer.MAX_VALUE);
      try (var lines = victim.inputReader(StandardCharsets.UTF_8)) {
        int wanted = acknowledged.size() + 1 + kill % 3;
        while (acknowledged.size() < wanted) {
          CommittingProcess.acknowledged(lines.readLine()).forEach(acknowledged::add);
        }
        victim.destroyForcibly();
        lines.lines().flatMap(CommittingProcess::acknowledged).forEach(acknowledged::add);
      }
      victim.waitFor();
    }
    try (Repository repository = Repository.open(folder)) {
      Set<CommitId> found = new HashSet<>();
      repository.log("main").forEach(commit -> found.add(commit.id()));
      assertThat(found).containsAll(acknowledged);
      repository.transaction("main").put("after", tensor(1, 1)).commit("goes on");
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
    try (var left = Files.walk(folder)) {
      assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".lock"));
    }
  }

  @Test
  @DisplayName(
      "invariant 3: what a process acknowledged survives that it is killed, and no lock does")
  void killed() throws IOException, InterruptedException {
    kills(3);
  }

  @Test
  @Tag("stress")
  @DisplayName("invariant 3: twenty-five kills later everything acknowledged is there")
  void killedOften() throws IOException, InterruptedException {
    kills(25);
  }
}
