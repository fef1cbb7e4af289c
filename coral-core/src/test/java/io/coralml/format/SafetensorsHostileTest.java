package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file of the folder is named for the one rule it breaks. */
@Tag("security")
@Tag("integrity")
@DisplayName("A hostile safetensors file is refused in one sentence that names it and the rule:")
class SafetensorsHostileTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shorter-than-the-header-length     | it has 3 bytes and the header length alone takes 8
          header-longer-than-the-file        | it claims a header of 4096 bytes and holds
          header-beyond-the-limit            | it claims a header of 100000001 bytes and the limit is 100000000
          header-length-with-the-top-bit     | it claims a header of 18446744073709551615 bytes
          header-empty                       | the header does not begin with {
          header-does-not-begin-with-a-brace | the header does not begin with {
          header-not-utf8                    | the header is not UTF-8
          header-overlong-utf8               | the header is not UTF-8
          header-cut-in-mid-json             | the header is not valid JSON
          header-followed-by-more-json       | something follows the header's closing brace
          header-with-a-comment              | the header is not valid JSON
          json-nested-deeply                 | the tensor "a" is not described by an object
          json-nested-deeply-in-metadata     | the metadata "a" is not a string
          name-twice                         | the tensor "a" occurs twice
          name-half-a-surrogate-pair         | the tensor name "\\ud800" is not valid Unicode
          key-twice                          | the tensor "a" has the key dtype twice
          key-unknown                        | the tensor "a" has the unknown key "x"
          metadata-twice                     | __metadata__ occurs twice
          metadata-key-twice                 | the metadata "k" occurs twice
          metadata-not-an-object             | __metadata__ is not an object
          metadata-not-a-string              | the metadata "k" is not a string
          tensor-not-an-object               | the tensor "a" is not described by an object
          dtype-missing                      | the tensor "a" lacks a dtype
          dtype-not-a-string                 | the tensor "a" has a dtype that is not a string
          dtype-too-long                     | A dtype name is 1 to 64 printable ASCII characters
          dtype-not-printable                | A dtype name is 1 to 64 printable ASCII characters
          shape-missing                      | the tensor "a" lacks a dtype, a shape or
          shape-not-an-array                 | the tensor "a" has a shape that is not an array
          shape-negative                     | has a shape with an entry that is negative
          shape-fractional                   | has a shape with an entry that is not a whole number
          shape-beyond-63-bits               | has a shape with an entry that is negative or beyond 63 bits
          shape-product-overflows            | has more elements than 63 bits can count
          shape-size-overflows               | cannot have 8 bytes
          shape-of-65-dimensions             | has a shape of more than 64 entries
          size-differs-from-shape            | cannot have 8 bytes
          size-of-half-a-byte                | cannot have 1 bytes
          offsets-missing                    | the tensor "a" lacks
          offsets-one                        | the tensor "a" lacks
          offsets-three                      | has a pair of offsets of more than 2 entries
          offsets-negative                   | has a pair of offsets with an entry that is negative
          offsets-reversed                   | the tensor "a" ends before it begins
          offsets-beyond-the-data            | the tensor "a" ends at byte 16 of the data, of which there are 8
          data-cut-short                     | the tensor "a" ends at byte 8 of the data, of which there are 7
          data-with-a-hole-at-the-start      | there is a hole before the tensor "a"
          data-with-a-hole-between           | there is a hole before the tensor "b"
          data-overlapping                   | the tensor "b" overlaps another
          data-shared-by-two                 | the tensor "b" overlaps another
          data-behind-the-last-tensor        | 1 bytes follow the last tensor
          """)
  void refused(String file, String rule) {
    Path path = HostileFiles.named("hostile-safetensors", file + ".safetensors");
    assertThatThrownBy(() -> Safetensors.open(path))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(rule)
        .message()
        .hasSizeLessThan(path.toString().length() + 300)
        .doesNotContain("\n")
        .doesNotContain("\u001b");
  }

  @Test
  @DisplayName("and the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), "hostile-safetensors", ".safetensors");
  }

  @Test
  @DisplayName("a header that claims 90 MB of a file that has them is read in pieces")
  void longHeaderOfBlanks() {
    long claimed = 90_000_000;
    ByteSource blanks =
        new ByteSource() {
          @Override
          public long length() {
            return 8 + claimed;
          }

          @Override
          public void read(long position, ByteBuffer into) {
            assertThat(into.remaining()).isLessThanOrEqualTo(1 << 16);
            for (long at = position; into.hasRemaining(); at++) {
              into.put(at < 8 ? (byte) (claimed >>> (8 * at)) : at == 8 ? (byte) '{' : (byte) ' ');
            }
          }
        };
    assertThatThrownBy(() -> Safetensors.open(blanks))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("the header is not valid JSON");
  }

  @Test
  @DisplayName(
      "and every file that a bit flip in a good header makes is read or refused, never more")
  void flippedBits() {
    byte[] header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer good =
        ByteBuffer.allocate(8 + header.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .clear();
    int refused = 0;
    for (int bit = 0; bit < 8 * (8 + header.length); bit++) {
      byte[] bytes = good.array().clone();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      try (TensorFile file = Safetensors.open(ByteSource.of(ByteBuffer.wrap(bytes)))) {
        assertThat(file.names()).hasSize(1);
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(8 * 8);
  }
}
