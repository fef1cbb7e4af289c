package io.coralml.junit.engine;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The argument source behind every benchmark: gives one empty set of arguments to a method that has
 * no source of its own, and nothing to the others.
 */
public final class NoArguments implements ArgumentsProvider {
  /** For Jupiter, which creates it. */
  public NoArguments() {}

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    int sources =
        AnnotationSupport.findRepeatableAnnotations(
                context.getRequiredTestMethod(), ArgumentsSource.class)
            .size();
    return sources > 1 ? Stream.empty() : Stream.of(Arguments.of());
  }
}
