package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.pack.PackFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the parsers of the store's small files whatever the fuzzer thinks of, under right
 * checksums; the first byte says which parser. {@code mvn test} replays the seeds; {@code mvn
 * verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The parsers of the store's index and marks, fuzzed,")
class StoreIndexFuzzTest {
  @FuzzTest(maxDuration = "60s")
  @DisplayName("give what the bytes say or a CorruptDataException, whatever the bytes")
  void parse(byte[] input) {
    if (input.length < 6) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    int end = bytes.length - 4;
    boolean little = (input[0] & 3) == 0;
    ByteBuffer.wrap(bytes)
        .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
        .putInt(end, PackFormat.checksum(ByteBuffer.wrap(bytes, 0, end)));
    try {
      switch (input[0] & 3) {
        case 0 ->
            PackIndex.parse(ByteBuffer.wrap(bytes))
                .forEach(
                    (name, layout) -> {
                      assertThat(PackFormat.isPackName(name)).isTrue();
                      assertThat(layout.entriesBytes()).isNotNegative();
                      assertThat(layout.fileBytes()).isPositive();
                    });
        case 1 -> SweepMark.parse(ByteBuffer.wrap(bytes));
        default -> Doomed.parse(ByteBuffer.wrap(bytes));
      }
    } catch (CorruptDataException expected) {
      // The bytes are not what they ought to be, and that was said.
    }
  }
}
