package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.tensor.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is replaced is deleted")
class DeletionOrderTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  /** "named", "forced" or "deleted", and the file or directory. */
  private record Step(String what, String name) {}

  private final List<Step> steps = new ArrayList<>();

  @BeforeEach
  void commitUntilPacksAreMergedAndCleanUp() {
    Storage storage =
        (Storage)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Storage.class}, recording());
    Repository.init(storage, CLOCK).close();
    try (Repository repository = Repository.open(storage, CLOCK, Runnable::run)) {
      for (int i = 0; i < 20; i++) {
        repository.transaction("main").put("t" + i, tensor(i)).commit("commit " + i);
      }
      repository.branches().create("gone", repository.resolve("main"));
      repository.transaction("gone").put("gone", tensor(99)).commit("to be abandoned");
      repository.branches().delete("gone");
      assertThat(repository.gc(GcOptions.immediate()).tensors().removed()).isPositive();
    }
  }

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, 1, 2});
  }

  private InvocationHandler recording() {
    Storage memory = new MemoryStorage();
    return (proxy, method, arguments) -> {
      note(method, arguments);
      try {
        return method.invoke(memory, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    };
  }

  private void note(Method method, Object[] arguments) {
    switch (method.getName()) {
      case "rename" -> steps.add(new Step("named", (String) arguments[1]));
      case "delete" -> steps.add(new Step("deleted", (String) arguments[0]));
      case "forceDirectory" -> steps.add(new Step("forced", (String) arguments[0]));
      case "forceAll" ->
          ((Collection<?>) arguments[1])
              .forEach(directory -> steps.add(new Step("forced", (String) directory)));
      default -> {
        // Changes no names.
      }
    }
  }

  private List<Integer> deletions(String directory, String suffix) {
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at < steps.size(); at++) {
      Step step = steps.get(at);
      if (step.what().equals("deleted")
          && StorageNames.parent(step.name()).equals(directory)
          && step.name().endsWith(suffix)) {
        found.add(at);
      }
    }
    return found;
  }

  /** Every name the directory got before a step is durable by then. */
  private void forcedBefore(int at, String directory) {
    int named = -1;
    int forced = -1;
    for (int i = 0; i < at; i++) {
      Step step = steps.get(i);
      named = step.what().equals("named") && isIn(step, directory) ? i : named;
      forced = step.equals(new Step("forced", directory)) ? i : forced;
    }
    assertThat(named).isNotNegative();
    assertThat(forced).as("step %s", steps.get(at)).isGreaterThan(named);
  }

  private static boolean isIn(Step step, String directory) {
    return StorageNames.parent(step.name()).equals(directory)
        && (step.name().endsWith(".h5") || step.name().endsWith(".idx"));
  }

  @Test
  @DisplayName("only when the pack that takes its place has a durable name")
  void afterForce() {
    assertThat(deletions("packs", ".h5")).hasSizeGreaterThan(16);
    assertThat(deletions("objects/pack", ".idx")).hasSizeGreaterThan(15);
    deletions("packs", ".h5").forEach(at -> forcedBefore(at, "packs"));
    deletions("objects/pack", "").forEach(at -> forcedBefore(at, "objects/pack"));
  }

  @Test
  @DisplayName("index first, so that no reader takes half a git pack for a whole one")
  void indexFirst() {
    for (int at : deletions("objects/pack", ".pack")) {
      String name = steps.get(at).name();
      String index = name.substring(0, name.length() - ".pack".length()) + ".idx";
      assertThat(steps.subList(0, at)).contains(new Step("deleted", index));
    }
  }
}
