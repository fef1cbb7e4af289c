package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The Jupiter side of a benchmark: resolves what is injected and measures instead of calling. */
public final class BenchmarkExtension implements ParameterResolver {
  /** For Jupiter, which creates it. */
  public BenchmarkExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Blackhole.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return new Blackhole();
  }
}
