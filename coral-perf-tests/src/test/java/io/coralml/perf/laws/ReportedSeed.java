package io.coralml.perf.laws;

import io.qameta.allure.Allure;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Puts seed and tries of a property into the Allure report, where they name no other test. */
public final class ReportedSeed implements AroundPropertyHook {
  /** Creates one; jqwik does. */
  public ReportedSeed() {}

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    PropertyExecutionResult result = property.execute();
    if (Allure.getLifecycle().getCurrentTestCase().isPresent()) {
      Allure.parameter("seed", result.seed().orElse("none"), true);
      Allure.parameter("tries", result.countTries(), true);
    }
    return result;
  }
}
