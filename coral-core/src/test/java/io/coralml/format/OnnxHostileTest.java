package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@DisplayName("A hostile ONNX file is refused in one sentence that names it and the rule:")
class OnnxHostileTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          empty                             | it holds no graph
          no-graph                          | it holds no graph
          graph-not-a-message               | field 7 has wire type 0, not 2
          graph-longer-than-the-file        | field 7 claims 1000 bytes where
          length-with-the-top-bit           | field 7 claims 9223372036854775813 bytes where
          initialiser-longer-than-the-graph | field 5 claims 100 bytes where
          number-of-eleven-bytes            | a number goes on for more than 10 bytes
          number-cut-short                  | a value is cut short
          field-number-zero                 | a field number is 0 or beyond 29 bits
          field-number-beyond-29-bits       | a field number is 0 or beyond 29 bits
          wire-type-group                   | field 7 has wire type 3
          wire-type-six                     | field 7 has wire type 6
          fixed-value-cut-short             | a value is cut short
          name-missing                      | an initialiser has no name
          name-twice                        | the initialiser "w" occurs twice
          name-not-utf8                     | a text is not UTF-8
          metadata-twice                    | the metadata "k" occurs twice
          type-missing                      | the initialiser "w" has the unknown element type 0
          type-unknown                      | the initialiser "w" has the unknown element type 99
          type-beyond-32-bits               | has the unknown element type 4294967297
          shape-negative                    | A dimension cannot be negative
          shape-product-overflows           | more elements than 63 bits can count
          shape-size-overflows              | holds 8 bytes of data
          shape-of-65-dimensions            | more than 64 dimensions
          data-missing                      | is F32 of shape 2 and holds 0 bytes of data
          data-too-short                    | is F32 of shape 2 and holds 7 bytes of data
          data-too-long                     | is F32 of shape 2 and holds 9 bytes of data
          data-twice-raw                    | the initialiser "w" has its data twice
          data-twice-raw-and-typed          | the initialiser "w" has its data twice
          data-in-two-typed-fields          | the initialiser "w" has its data in two fields
          data-in-the-wrong-field           | is F32 and has its data in field 7
          data-of-half-a-float              | field 4 has 7 bytes of packed numbers
          data-float-of-wire-type-varint    | field 4 has wire type 0, not 5
          external-in-the-parent-folder     | "../../../etc/passwd", which does not lie in its folder
          external-absolute                 | "/etc/passwd", which does not lie in its folder
          external-without-location         | "", which does not lie in its folder
          external-offset-not-a-number      | the initialiser "w" has the offset "-8"
          external-beyond-the-file          | lies in 8 bytes from byte 1000000 of
          external-of-another-length        | lies in 4 bytes from byte 0 of
          external-and-inline               | the initialiser "w" has its data twice
          external-said-twice               | says twice where its data lies
          data-claims-a-billion-floats      | field 4 claims 4000000000 bytes where 0 are left
          """)
  void refused(String file, String rule) {
    assertRefused(file, rule, CorruptDataException.class);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unsupported-strings             | the initialiser "w" with strings
          unsupported-string-type         | the initialiser "w" with strings
          unsupported-external-data       | with data in the unknown location 2
          unsupported-sparse-initialisers | has sparse initialisers
          """)
  void unsupported(String file, String what) {
    assertRefused(file, what, InvalidInputException.class);
  }

  private static void assertRefused(
      String file, String rule, Class<? extends CoralException> type) {
    Path path = HostileFiles.named("hostile-onnx", file + ".onnx");
    assertThatThrownBy(() -> Onnx.open(path))
        .isInstanceOf(type)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(rule)
        .message()
        .hasSizeLessThan(path.toString().length() + 300)
        .doesNotContain("\n");
  }

  @Test
  @DisplayName("and the lists above name every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), "hostile-onnx", ".onnx");
  }
}
