package io.coralml.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.crash.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the pack reader whatever the fuzzer thinks of, under right checksums so that it gets past
 * them; the first byte says whether it is a table of entries, a header page or a whole pack. {@code
 * mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The pack reader, fuzzed,")
class PackFuzzTest {
  private static final int DATA_BYTES = 5000;
  private static final String NAME = "0".repeat(32) + PackFormat.SUFFIX;

  @FuzzTest(maxDuration = "120s")
  @DisplayName("gives entries that lie inside the data or a CorruptDataException")
  void reads(byte[] input) {
    if (input.length < 6) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch (input[0] & 3) {
        case 0 -> {
          sign(bytes, bytes.length - 4);
          check(EntryTable.open(ByteBuffer.wrap(bytes), DATA_BYTES, NAME), DATA_BYTES);
        }
        case 1 -> {
          byte[] page = Arrays.copyOf(bytes, PackFormat.HEADER_BYTES);
          sign(page, PackFormat.HEADER_BYTES - 4);
          PackFormat.Layout layout = PackFormat.read(ByteBuffer.wrap(page), NAME, 1 << 20);
          assertThat(layout.fileBytes()).isEqualTo(1 << 20);
        }
        default -> whole(bytes);
      }
    } catch (CorruptDataException expected) {
      // The bytes are no pack, and that was said.
    }
  }

  private static void whole(byte[] bytes) {
    MemoryStorage storage = new MemoryStorage();
    storage.createDirectory("packs");
    storage.write("packs/" + NAME, ByteBuffer.wrap(bytes));
    try (PackReader pack = PackReader.open(storage, "packs", NAME)) {
      check(pack.table(), pack.layout().dataBytes());
    }
  }

  private static void check(EntryTable table, long dataBytes) {
    for (PackEntry entry : table.entries()) {
      assertThat(entry.place().offset()).isBetween(0L, dataBytes - entry.place().length());
      assertThat(entry.depth()).isBetween(0, PackEntry.MAX_DEPTH);
    }
  }

  private static void sign(byte[] bytes, int covered) {
    ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    whole.putInt(covered, PackFormat.checksum(ByteBuffer.wrap(bytes, 0, covered)));
  }
}
