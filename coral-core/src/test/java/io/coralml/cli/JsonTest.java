package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("With --json a reading verb prints")
class JsonTest {
  @TempDir Path folder;
  private Terminal terminal;

  @BeforeEach
  void repository() {
    // Even where people watch, neither colours nor progress get into JSON.
    terminal = new Terminal(folder, true);
    terminal.fine("init");
    terminal.commit("first", Map.of("a", Terminal.tensor(1, 2), "b", Terminal.tensor(3)));
    terminal.commit("quote \" and \\ and \u00e9", Map.of("a", Terminal.tensor(1, Float.NaN)));
    terminal.fine("tag", "v1", "-m", "note");
    terminal.fine("rm", "b");
  }

  /** Reads one JSON value to its end and returns the names of all fields in it. */
  private static Set<String> fields(String text) throws IOException {
    Set<String> names = new TreeSet<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      JsonToken first = json.nextToken();
      assertThat(first).isIn(JsonToken.START_OBJECT, JsonToken.START_ARRAY);
      int depth = 1;
      while (depth > 0) {
        JsonToken token = json.nextToken();
        assertThat(token).as("the JSON ends too early: %s", text).isNotNull();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.FIELD_NAME) {
          names.add(json.currentName());
        }
      }
      assertThat(json.nextToken()).as("something follows the JSON: %s", text).isNull();
    }
    return names;
  }

  @ParameterizedTest
  @CsvSource({
    "status --json, 0, branch added changed removed",
    "log --json, 0, id parents author time message metadata",
    "log --graph --json, 0, id parents author time message metadata",
    "show --json, 0, commit changes id a",
    "show v1 --json, 0, tag name author time message commit changes",
    "ls --json, 0, name id dtype shape bytes attributes",
    "diff --json, 1, added removed changed name relative_l2 max_change cosine changed_share",
    "branch --json, 0, main",
    "tag --json, 0, v1",
    "fsck --json, 0, sound commits tensors bytes_checked findings affected repair",
    "fsck --repair --json, 0, sound repaired quarantined rescued lost branches",
    "stats --json, 0, commits branches tags model_bytes tensors tensor_bytes encoded_bytes deltas"
        + " delta_tensor_bytes delta_encoded_bytes packs pack_bytes history_bytes other_bytes"
        + " disk_bytes",
    "config --json, 0, effort maxdepth",
    "repack --json, 0, dry_run complete tensors reencoded copied in_use bytes_before bytes_after"
        + " packs_before packs_after",
    "cluster analyze --json, 0, families strategies strategy clusters singles deltas current_bytes"
        + " expected_bytes cohesion separation silhouette",
    "cluster plan --json, 0, strategy clusters singles deltas current_bytes expected_bytes"
        + " cohesion separation silhouette",
  })
  @DisplayName("one JSON value with the documented fields, and nothing else")
  void documented(String command, int code, String expected) throws IOException {
    Terminal.Said said = terminal.run(command.split(" "));
    assertThat(said.code()).as(said.err()).isEqualTo(code);
    assertThat(said.err()).isEmpty();
    assertThat(fields(said.out())).contains(expected.split(" "));
  }

  @Test
  @DisplayName("one value from a plan that is reported on and applied")
  void plans() throws IOException {
    terminal.fine("cluster", "plan");
    assertThat(fields(terminal.fine("cluster", "report", "--json")))
        .contains("plan", "achieved_bytes", "pack_bytes", "deltas");
    Terminal.Said applied = terminal.run("cluster", "apply", "--json");
    assertThat(applied.err()).isEmpty();
    assertThat(fields(applied.out())).contains("complete", "reencoded");
  }

  @Test
  @DisplayName("figures that add up")
  void figures() throws IOException {
    String stats = terminal.fine("stats", "--json");
    assertThat(number(stats, "commits")).isEqualTo(2);
    assertThat(number(stats, "model_bytes")).isEqualTo(12 + 12);
    assertThat(number(stats, "tensor_bytes")).isEqualTo(8 + 4 + 8);
    assertThat(number(stats, "pack_bytes"))
        .isEqualTo(bytes(folder.resolve(".coral/packs"), "*.h5"));
    assertThat(number(stats, "disk_bytes"))
        .isEqualTo(
            number(stats, "pack_bytes")
                + number(stats, "history_bytes")
                + number(stats, "other_bytes"));
  }

  private static long number(String json, String field) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (!field.equals(parser.currentName())) {
        parser.nextToken();
      }
      parser.nextToken();
      return parser.getLongValue();
    }
  }

  private static long bytes(Path directory, String glob) throws IOException {
    long sum = 0;
    try (var files = Files.newDirectoryStream(directory, glob)) {
      for (Path file : files) {
        sum += Files.size(file);
      }
    }
    return sum;
  }
}
