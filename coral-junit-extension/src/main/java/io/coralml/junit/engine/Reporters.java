package io.coralml.junit.engine;

import io.coralml.junit.report.Reporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told what a run finds. One that fails is named, and the others go on. */
final class Reporters {
  private static final Logger LOG = LoggerFactory.getLogger(Reporters.class);

  private final List<Reporter> all = new ArrayList<>();
  private final Consumer<String> problem;

  private Reporters(Consumer<String> problem) {
    this.problem = problem;
  }

  /**
   * Finds the reporters of this JVM; a fork has only the one that writes for its parent.
   *
   * @param problem is told of one that cannot be loaded, or fails
   */
  static Reporters load(Options options, Consumer<String> problem) {
    Reporters reporters = new Reporters(problem);
    Optional<String> forkResult = options.text(ForkRequest.RESULT);
    if (forkResult.isPresent()) {
      reporters.all.add(new ForkResult.Writer(Path.of(forkResult.get())));
      return reporters;
    }
    try {
      ServiceLoader.load(Reporter.class).forEach(reporters.all::add);
    } catch (ServiceConfigurationError e) {
      problem.accept("A reporter could not be loaded: " + e.getMessage());
    }
    return reporters;
  }

  /** Tells each of them. */
  <T> void tell(BiConsumer<Reporter, T> how, T what) {
    for (Reporter reporter : all) {
      try {
        how.accept(reporter, what);
      } catch (RuntimeException | LinkageError e) {
        LOG.error("Reporter {} failed; the others go on.", reporter.getClass().getName(), e);
        problem.accept("Reporter " + reporter.getClass().getSimpleName() + " failed: " + e);
      }
    }
  }
}
