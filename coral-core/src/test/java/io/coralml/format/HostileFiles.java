package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.CsvSource;

/** The folders of files that each break one rule of a format and are named for it. */
final class HostileFiles {
  private HostileFiles() {}

  static Path named(String folder, String file) {
    URL resource = Objects.requireNonNull(HostileFiles.class.getResource(folder), folder);
    try {
      return Path.of(resource.toURI()).resolve(file);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Asserts that the text blocks of a class's tests name every file of a folder, and no other. */
  static void assertAllTried(Class<?> tests, String folder, String suffix) {
    List<String> tried =
        Arrays.stream(tests.getDeclaredMethods())
            .map(method -> method.getAnnotation(CsvSource.class))
            .filter(Objects::nonNull)
            .flatMap(source -> source.textBlock().lines())
            .map(line -> line.substring(0, line.indexOf('|')).strip() + suffix)
            .toList();
    try (Stream<Path> files = Files.list(named(folder, ""))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(tried);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
