package io.coralml.allure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/** A made-up reactor in a temporary folder: what Maven's plugins and the listener leave behind. */
final class Reactor {
  static final Instant STARTED = Instant.parse("2026-11-02T10:00:00Z");
  static final Instant DURING = STARTED.plusSeconds(30);
  static final Instant BEFORE = STARTED.minusSeconds(1);

  private final Path root;

  Reactor(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  RunOptions options(String goals, String... modules) {
    return RunOptions.parse(
        List.of(
            "--root=" + root,
            "--target=" + root.resolve("allure-config/target"),
            "--allure-home=" + root.resolve("allure"),
            "--history=.coral-history",
            "--since=" + STARTED,
            "--modules=" + String.join(",", modules),
            "--goals=" + goals,
            "--measuring-module=perf",
            "--profile=quick"));
  }

  Reactor passed(String module, String test, Instant time) {
    return report(module, "surefire-reports", test, "", time);
  }

  Reactor failed(String module, String test, String message, Instant time) {
    return report(
        module,
        "surefire-reports",
        test,
        "<failure message=\"" + message + "\">trace</failure>",
        time);
  }

  Reactor skipped(String module, String test, Instant time) {
    return report(module, "surefire-reports", test, "<skipped message=\"no\"/>", time);
  }

  Reactor benchmarkPassed(String module, String test) {
    return report(module, "failsafe-reports", test, "", DURING);
  }

  Reactor benchmarkFailed(String module, String test, String message) {
    return report(module, "failsafe-reports", test, "<error message=\"" + message + "\"/>", DURING);
  }

  Reactor summary(String module, int completed, String message, Instant time) {
    return file(
        module + "/target/failsafe-reports/failsafe-summary.xml",
        "<failsafe-summary timeout=\"false\"><completed>"
            + completed
            + "</completed><failureMessage>"
            + message
            + "</failureMessage></failsafe-summary>",
        time);
  }

  Reactor results(String module, String json, Instant time) {
    return file(module + "/target/coral/results.json", json, time);
  }

  Reactor file(String path, String content, Instant time) {
    Path file = root.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      Files.setLastModifiedTime(file, FileTime.from(time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Puts the stand-in where the unpacked distribution would be. */
  Reactor allure() {
    Path type = root.resolve("allure/allure-0/lib/config/io/qameta/allure/CommandLine.class");
    try (InputStream in =
        io.qameta.allure.CommandLine.class.getResourceAsStream("CommandLine.class")) {
      Files.createDirectories(type.getParent());
      Files.write(type, java.util.Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private Reactor report(String module, String folder, String test, String inner, Instant time) {
    return file(
        module + "/target/" + folder + "/TEST-" + test + ".xml",
        "<testsuite><testcase classname=\""
            + test
            + "\" name=\"works\">"
            + inner
            + "</testcase></testsuite>",
        time);
  }
}
