package io.coralml.perf.laws;

import io.coralml.perf.report.PropertyRun;
import io.qameta.allure.Allure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Puts seed and tries of a property into the reports: into Allure, where they name no other test,
 * and into the folder that the QA report reads.
 */
public final class ReportedSeed implements AroundPropertyHook {
  /** Creates one; jqwik does. */
  public ReportedSeed() {}

  /**
   * Named on a class, it is meant for every property in it; by default jqwik asks only the class.
   */
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    PropertyExecutionResult result = property.execute();
    new PropertyRun(
            context.extendedLabel().replace(":", ": "),
            result.status().name(),
            result.countTries(),
            result.seed().orElse("none"),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .write(
            PropertyRun.folder(),
            context.containerClass().getSimpleName() + "." + context.targetMethod().getName());
    if (Allure.getLifecycle().getCurrentTestCase().isPresent()) {
      Allure.parameter("seed", result.seed().orElse("none"), true);
      Allure.parameter("tries", result.countTries(), true);
    }
    return result;
  }
}
