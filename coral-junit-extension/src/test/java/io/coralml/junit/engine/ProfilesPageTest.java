package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.ProfileSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The table of profiles")
class ProfilesPageTest {
  @ParameterizedTest(name = "{0}")
  @EnumSource(BenchmarkProfile.class)
  @DisplayName("has what the code gives each profile")
  void row(BenchmarkProfile profile) throws IOException {
    Options options =
        new Options(
            key -> key.equals(Profiles.KEY) ? Optional.of(profile.key()) : Optional.empty(),
            Map.of());
    ProfileSettings settings = new Profiles(options, true).active();
    String row =
        String.join(
            " | ",
            "| `" + profile.key() + "`",
            seconds(settings.budget().toSeconds()),
            seconds(settings.benchmarkTime().toSeconds()),
            Integer.toString(settings.repetitions()),
            Integer.toString(settings.forks()),
            Integer.toString(settings.scale()),
            "");
    List<String> page = Files.readAllLines(Path.of("docs", "options.md"));
    assertThat(page).anyMatch(line -> line.startsWith(row));
  }

  private static String seconds(long seconds) {
    return seconds == 0 ? "–" : seconds + " s";
  }
}
