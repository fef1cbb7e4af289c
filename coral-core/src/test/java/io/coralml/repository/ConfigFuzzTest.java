package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.History;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Opens repositories whose settings are whatever the fuzzer thinks of, as they are and behind a
 * right version. {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The reader of settings, fuzzed,")
class ConfigFuzzTest {
  private static final String HEAD = "[coral]\n\tversion = 1\n";

  @FuzzTest(maxDuration = "60s")
  @DisplayName("gives options that are written as they were read, or says what is wrong")
  void opens(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    open(text);
    open(HEAD + text);
  }

  private static void open(String config) {
    MemoryStorage storage = new MemoryStorage();
    History.create(storage, "main").close();
    storage.plant(History.CONFIG, config.getBytes(StandardCharsets.UTF_8));
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      RepositoryOptions read = repository.options();
      assertThat(RepositoryOptions.of(read.settings())).isEqualTo(read);
    } catch (CorruptDataException | InvalidInputException expected) {
      assertThat(expected.getMessage()).hasSizeLessThan(1000).doesNotContain("\n");
    }
  }
}
