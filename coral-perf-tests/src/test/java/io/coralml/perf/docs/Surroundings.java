package io.coralml.perf.docs;

import java.nio.file.Path;

/**
 * What a fragment of Java may take for granted: the imports, and the fields that stand for what the
 * reader has.
 *
 * @param imports lines of imports
 * @param members fields and methods around the fragment
 */
record Surroundings(String imports, String members) {
  private static final String COMMON =
      """
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      """;

  private static final Surroundings STORE =
      new Surroundings(
          """
          import io.coralml.*;
          import io.coralml.format.*;
          import io.coralml.history.*;
          import io.coralml.merge.*;
          import io.coralml.repository.*;
          import io.coralml.tensor.*;
          """,
          """
          Path folder, file;
          Repository repository;
          """);

  private static final Surroundings TRAINING =
      new Surroundings(
          """
          import ai.djl.Model;
          import ai.djl.metric.Metrics;
          import ai.djl.ndarray.types.Shape;
          import ai.djl.training.*;
          import ai.djl.training.dataset.Dataset;
          import io.coralml.repository.Repository;
          import io.coralml.tensor.TensorSource;
          import io.coralml.training.*;
          """,
          """
          Path folder;
          DefaultTrainingConfig config;
          Model model;
          Shape shape;
          int epochs, epoch, step;
          Dataset training, validation;
          CheckpointManager checkpoints;
          double loss, accuracy, rate;
          long seed;
          Map<String, TensorSource> optimizerState;
          Map<String, TensorSource> weights() { return Map.of(); }
          boolean train() { return true; }
          void goOnFrom(Restored restored) {}
          """);

  private static final Surroundings BENCHMARKS =
      new Surroundings(
          """
          import io.coralml.junit.*;
          import org.junit.jupiter.params.provider.*;
          """,
          "byte[] pack() { return new byte[300_000]; }\n");

  /** Returns what a fragment on a page stands in. */
  static Surroundings of(Path page, String fragment) {
    if (page.endsWith("training.md") || fragment.contains("CheckpointManager")) {
      return TRAINING;
    }
    return page.startsWith("coral-junit-extension") ? BENCHMARKS : STORE;
  }

  /** Returns these with one member more. */
  Surroundings with(String member) {
    return new Surroundings(imports, members + member);
  }

  /** Makes a compilation unit of a fragment: members if it begins with an annotation. */
  String wrap(String name, String fragment) {
    boolean isMember = fragment.stripLeading().startsWith("@");
    return "package "
        + name
        + ";\n"
        + COMMON
        + imports
        + "class Fragment {\n"
        + members
        + (isMember ? fragment : "void fragment() throws Exception {\n" + fragment + "}\n")
        + "}\n";
  }
}
