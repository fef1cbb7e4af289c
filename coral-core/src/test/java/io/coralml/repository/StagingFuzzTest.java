package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the staging parser whatever the fuzzer thinks of, as it is and under a right checksum.
 * {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The parser of the staging area, fuzzed,")
class StagingFuzzTest {
  @FuzzTest(maxDuration = "120s")
  @DisplayName("gives changes that are written as they were read, or a CorruptDataException")
  void parses(byte[] input) {
    parse(input);
    parse(signed(input));
  }

  private static void parse(byte[] bytes) {
    try {
      StagedChanges staged = StagingFormat.parse(ByteBuffer.wrap(bytes));
      byte[] written = StagingFormat.format(staged);
      assertThat(StagingFormat.parse(ByteBuffer.wrap(written))).isEqualTo(staged);
    } catch (CorruptDataException expected) {
      // The bytes are no staging area, and that was said.
    }
  }

  private static byte[] signed(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(body);
    String end = String.format("end %08x%n", crc.getValue()).replace(System.lineSeparator(), "\n");
    out.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
