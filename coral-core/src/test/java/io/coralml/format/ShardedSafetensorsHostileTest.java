package io.coralml.format;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@Tag("security")
@DisplayName(
    "A hostile index of a sharded model is refused in one sentence that names it and the rule:")
class ShardedSafetensorsHostileTest {
  private static final String FOLDER = "hostile-sharded";
  private static final String SUFFIX = ".safetensors.index.json";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          empty                     | CORRUPT     | it is not a JSON object
          file-absolute             | CORRUPT     | it names the file "/etc/passwd", which does not lie beside it
          file-dot-dot              | CORRUPT     | it names the file "..", which does not lie beside it
          file-itself               | CORRUPT     | it claims a header of
          file-in-the-parent-folder | CORRUPT     | it names the file "../one.safetensors", which does not lie beside it
          file-with-a-drive         | CORRUPT     | it names the file "C:one.safetensors", which does not lie beside it
          file-with-another-tensor  | CORRUPT     | "one.safetensors" holds "b", which it does not list there
          file-without-the-tensor   | CORRUPT     | it places "c" in "one.safetensors", which does not hold it
          followed-by-more          | CORRUPT     | something follows its closing brace
          map-not-an-object         | CORRUPT     | weight_map is not an object
          map-of-lists              | CORRUPT     | the file of "a" is not a name
          name-twice                | CORRUPT     | "a" occurs twice
          nested-deeply             | CORRUPT     | it is not valid JSON
          not-an-object             | CORRUPT     | it is not a JSON object
          not-json                  | CORRUPT     | it is not valid JSON
          """)
  void refused(String file, HostileFiles.Refusal refusal, String rule) {
    HostileFiles.assertRefused(
        HostileFiles.named(FOLDER, file + SUFFIX), ShardedSafetensors::open, refusal, rule);
  }

  @Test
  @DisplayName("and the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), FOLDER, SUFFIX, "one.safetensors");
  }
}
