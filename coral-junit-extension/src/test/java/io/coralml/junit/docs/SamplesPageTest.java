package io.coralml.junit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The manual of samples")
class SamplesPageTest {
  private static final Path FOLDER = Path.of("samples");
  private static final Pattern LINK = Pattern.compile("\\]\\(java/samples/(\\w+)\\.java\\)");

  @Test
  @DisplayName("lists every sample once, in order")
  void complete() throws IOException {
    String page = Files.readString(FOLDER.resolve("README.md"));
    List<String> listed = LINK.matcher(page).results().map(found -> found.group(1)).toList();
    assertThat(listed).isEqualTo(samples()).hasSizeGreaterThan(10);
  }

  @Test
  @DisplayName("numbers its samples without a gap")
  void numbered() throws IOException {
    List<String> samples = samples();
    for (int i = 0; i < samples.size(); i++) {
      assertThat(samples.get(i)).startsWith(String.format("S%02d", i + 1));
    }
  }

  private static List<String> samples() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("java/samples"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> name.endsWith("Benchmark"))
          .sorted()
          .toList();
    }
  }
}
