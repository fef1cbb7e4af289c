package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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

  /** How a file is refused. */
  enum Refusal {
    CORRUPT(CorruptDataException.class),
    UNSUPPORTED(InvalidInputException.class);

    private final Class<? extends CoralException> type;

    Refusal(Class<? extends CoralException> type) {
      this.type = type;
    }
  }

  /** Asserts that opening a file and reading its tensors fails in one sentence. */
  static void assertRefused(
      Path file, Function<Path, TensorFile> opening, Refusal refusal, String rule) {
    assertThatThrownBy(
            () -> {
              try (TensorFile open = opening.apply(file)) {
                open.tensors().values().forEach(Tensor::copyOf);
              }
            })
        .isInstanceOf(refusal.type)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining(rule)
        .message()
        .hasSizeLessThan(file.toString().length() + 300)
        .doesNotContain("\n")
        .doesNotContain("\u001b");
  }

  /** Asserts that the text blocks of a class's tests name every file of a folder, and no other. */
  static void assertAllTried(Class<?> tests, String folder, String suffix, String... beside) {
    List<String> tried =
        Arrays.stream(tests.getDeclaredMethods())
            .map(method -> method.getAnnotation(CsvSource.class))
            .filter(Objects::nonNull)
            .flatMap(source -> source.textBlock().lines())
            .map(line -> line.substring(0, line.indexOf('|')).strip() + suffix)
            .toList();
    try (Stream<Path> files = Files.list(named(folder, ""))) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(file -> !List.of(beside).contains(file)))
          .containsExactlyInAnyOrderElementsOf(tried);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
