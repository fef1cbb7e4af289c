package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.NotFoundException;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the writers of the concurrency tests commit, so that everybody can say what must be found. A
 * writer makes its commits one after the other; each puts a tensor of its own, which stays, and the
 * writer's latest tensor, which the next commit replaces.
 */
final class Writers {
  static final String BRANCH = "main";

  private static final Pattern MESSAGE = Pattern.compile("writer (\\d+) commit (\\d+)");

  private Writers() {}

  /** Makes one commit; returns when it is durable. */
  static Acknowledged commit(Repository repository, int writer, int index) {
    CommitId id =
        repository
            .transaction(BRANCH)
            .put(name(writer, index), tensor(writer, index))
            .put(latest(writer), tensor(writer, -1 - index))
            .commit("writer " + writer + " commit " + index);
    return new Acknowledged(writer, index, id);
  }

  /**
   * Runs parts that each make one commit so that all share one group: they come while somebody who
   * has nothing to commit waits for the turn to write. Begun one after the other, so that all runs
   * are alike.
   */
  static void inOneGroup(Repository repository, int parts, IntConsumer part) {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (HistorySession turn = repository.history().begin()) {
      assertThat(turn.head()).isNotNull();
      Transaction nothing = repository.transaction(BRANCH).remove("no such tensor");
      threads.add(waiting(() -> refused(nothing), failures));
      for (int i = 0; i < parts; i++) {
        int number = i;
        threads.add(waiting(() -> part.accept(number), failures));
      }
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(failures).isEmpty();
  }

  private static void refused(Transaction transaction) {
    assertThatThrownBy(() -> transaction.commit("nothing")).isInstanceOf(NotFoundException.class);
  }

  /** Starts a thread and returns it when it waits for something. */
  private static Thread waiting(Runnable work, List<Throwable> failures) {
    Thread thread = new Thread(work);
    thread.setUncaughtExceptionHandler((any, failure) -> failures.add(failure));
    thread.start();
    while (thread.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static String name(int writer, int index) {
    return "writer." + writer + ".commit." + index;
  }

  private static String latest(int writer) {
    return "writer." + writer + ".latest";
  }

  /** Returns what a writer puts: mostly small, now and then 80 kB. */
  static Tensor tensor(int writer, int index) {
    Random random = new Random(1_000_003L * writer + index);
    float[] weights = new float[random.nextInt(8) == 0 ? 20_000 : 1 + random.nextInt(100)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return Tensor.of(weights);
  }

  /**
   * Checks the whole history of the branch: one line of commits; every acknowledged one in it; of
   * each writer the first so many, in order; each with exactly the tensors its writer put, and the
   * newest with those of all.
   *
   * @return the number of commits
   */
  static int verify(Repository repository, Collection<Acknowledged> acknowledged) {
    List<Commit> log = new ArrayList<>();
    repository.log(BRANCH).forEach(log::add);
    Map<CommitId, String> messages = new HashMap<>();
    log.forEach(commit -> messages.put(commit.id(), commit.message()));
    for (Acknowledged each : acknowledged) {
      assertThat(messages)
          .as("the history must hold what was acknowledged")
          .containsEntry(each.id(), "writer " + each.writer() + " commit " + each.index());
    }
    Map<Integer, Integer> next = new HashMap<>();
    Set<String> names = new TreeSet<>();
    for (int i = log.size() - 1; i >= 0; i--) {
      assertThat(log.get(i).parents()).hasSize(i == log.size() - 1 ? 0 : 1);
      Matcher message = MESSAGE.matcher(log.get(i).message());
      assertThat(message.matches()).as(log.get(i).message()).isTrue();
      int writer = Integer.parseInt(message.group(1));
      int index = Integer.parseInt(message.group(2));
      assertThat(index).isEqualTo(next.merge(writer, 1, Integer::sum) - 1);
      names.add(name(writer, index));
      names.add(latest(writer));
      Snapshot snapshot = repository.snapshot(log.get(i).id());
      assertThat(snapshot.tensor(name(writer, index))).isEqualTo(tensor(writer, index));
      assertThat(snapshot.tensor(latest(writer))).isEqualTo(tensor(writer, -1 - index));
    }
    assertThat(repository.snapshot(BRANCH).names()).isEqualTo(names);
    return log.size();
  }
}
