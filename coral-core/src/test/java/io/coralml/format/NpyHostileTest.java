package io.coralml.format;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@DisplayName("A hostile npy file is refused in one sentence that names it and the rule:")
class NpyHostileTest {
  private static final String FOLDER = "hostile-npy";
  private static final String SUFFIX = ".npy";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data-missing                | CORRUPT     | its shape 2 asks for 2 elements of 4 bytes and it holds 0 bytes
          data-too-long               | CORRUPT     | its shape 2 asks for 2 elements of 4 bytes and it holds 12 bytes
          data-too-short              | CORRUPT     | its shape 2 asks for 2 elements of 4 bytes and it holds 7 bytes
          empty                       | CORRUPT     | it does not begin with the magic number and a header length
          header-beyond-the-limit     | CORRUPT     | it claims a header of 2147483648 bytes
          header-cut-short            | CORRUPT     | its header is malformed at character 17
          header-followed-by-code     | CORRUPT     | something follows its header's closing brace
          header-longer-than-the-file | CORRUPT     | it claims a header of 60000 bytes
          header-not-a-dictionary     | CORRUPT     | its header is malformed at character 0
          header-with-a-call          | CORRUPT     | its header is malformed at character 10
          key-missing                 | CORRUPT     | its header lacks descr, fortran_order or shape
          key-twice                   | CORRUPT     | its header has the key descr twice
          key-unknown                 | CORRUPT     | its header has the unknown key "x"
          magic-wrong                 | CORRUPT     | it does not begin with the magic number and a header length
          order-not-a-truth-value     | CORRUPT     | its header is malformed at character 34
          shape-negative              | CORRUPT     | its shape is malformed at character 51
          shape-of-65-dimensions      | CORRUPT     | its shape is malformed at character 179
          shape-of-twenty-digits      | CORRUPT     | its shape is malformed at character 51
          shape-product-overflows     | CORRUPT     | has an impossible shape: The shape [999999999999, 999999999999] has more elements than 63 bits can count
          type-native-byte-order      | CORRUPT     | its type "=f4" does not say its byte order
          type-without-byte-order     | UNSUPPORTED | holds elements of type "f4", which is no number
          unsupported-date            | UNSUPPORTED | holds elements of type "<M8[ns]", which is no number
          unsupported-object          | UNSUPPORTED | holds elements of type "|O", which is no number
          unsupported-raw-record      | UNSUPPORTED | holds elements of type "|V2", which is no number
          unsupported-structured      | UNSUPPORTED | is a structured array, which is not supported
          unsupported-text            | UNSUPPORTED | holds elements of type "<U1", which is no number
          version-nine                | CORRUPT     | its version is 9.0, not 1.0 to 3.0
          """)
  void refused(String file, HostileFiles.Refusal refusal, String rule) {
    HostileFiles.assertRefused(HostileFiles.named(FOLDER, file + SUFFIX), Npy::open, refusal, rule);
  }

  @Test
  @DisplayName("and the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), FOLDER, SUFFIX);
  }
}
