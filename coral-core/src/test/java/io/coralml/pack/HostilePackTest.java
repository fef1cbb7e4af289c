package io.coralml.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody who means harm computes checksums too: here they are always right. */
@Tag("integrity")
@DisplayName("A pack made to do harm (invariant 8)")
class HostilePackTest {
  private static final long SEED = 20260102L;
  private static final int DATA_BYTES = 5000;

  private static byte[] table() {
    List<PackEntry> entries = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Tensor tensor = Tensor.of(new float[] {i, 2, 3, 4}, 2, 2);
      PackEntry.Form form = new PackEntry.Form(DType.F32, Shape.of(2, 2), 16);
      PackEntry.Place place = new PackEntry.Place(100L * i, 90, new int[] {i});
      entries.add(
          new PackEntry(
              tensor.id(), form, i == 4 ? entries.get(0).id() : null, i / 4, null, place));
    }
    int length = 2 * LeafDigests.LEAF_BYTES;
    Tensor large = Tensor.of(DType.U8, Shape.of(length), ByteBuffer.allocate(length));
    entries.add(
        new PackEntry(
            large.id(),
            new PackEntry.Form(DType.U8, large.shape(), length),
            null,
            0,
            LeafDigests.of(large),
            new PackEntry.Place(600, 900, new int[] {7})));
    byte[] bytes = new byte[EntryTable.write(entries).remaining()];
    EntryTable.write(entries).get(bytes);
    return bytes;
  }

  private static void sign(byte[] bytes, int covered) {
    ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    whole.putInt(covered, PackFormat.checksum(ByteBuffer.wrap(bytes, 0, covered)));
  }

  /** Puts something nasty somewhere: an extreme number, or any byte. */
  private static void spoil(byte[] bytes, int from, int to, Random random) {
    long[] extremes = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, 1L << 40};
    int at = from + random.nextInt(to - from - 8);
    ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(4)) {
      case 0 -> whole.putInt(at, (int) extremes[random.nextInt(extremes.length)]);
      case 1 -> whole.putLong(at, extremes[random.nextInt(extremes.length)]);
      case 2 -> whole.putShort(at, (short) random.nextInt());
      default -> bytes[at] = (byte) random.nextInt();
    }
  }

  @Test
  @DisplayName("by its table is refused, or says nothing that lies outside its data")
  void tables() {
    Random random = new Random(SEED);
    byte[] sound = table();
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = sound.clone();
      spoil(bytes, 0, bytes.length - 4, random);
      sign(bytes, bytes.length - 4);
      try {
        EntryTable table = EntryTable.open(ByteBuffer.wrap(bytes), DATA_BYTES, "hostile");
        for (PackEntry entry : table.entries()) {
          assertThat(entry.place().offset()).isBetween(0L, DATA_BYTES - entry.place().length());
          assertThat(entry.depth()).isBetween(0, PackEntry.MAX_DEPTH);
          Tensor.requireLength(
              entry.form().dtype(), entry.form().shape(), entry.form().byteLength());
        }
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isGreaterThan(1000);
  }

  @Test
  @DisplayName(
      "by a table that is cut short or claims more entries than it has room for is refused")
  void counts() {
    byte[] sound = table();
    for (int length = 0; length < sound.length; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      if (length >= 4) {
        sign(cut, length - 4);
      }
      assertRefused(cut);
    }
    for (int count : new int[] {0, -1, 1 << 30, Integer.MAX_VALUE}) {
      byte[] bytes = sound.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(12, count);
      sign(bytes, bytes.length - 4);
      assertRefused(bytes);
    }
  }

  private static void assertRefused(byte[] bytes) {
    assertThatThrownBy(
            () -> EntryTable.open(ByteBuffer.wrap(bytes), DATA_BYTES, "hostile").entries())
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  @DisplayName("by its HDF5 structure is refused, or has the layout it ought to have")
  void headers() {
    Random random = new Random(SEED);
    PackFormat.Layout layout = new PackFormat.Layout(DATA_BYTES, 700, 90, 1234);
    byte[] sound = new byte[PackFormat.HEADER_BYTES];
    PackFormat.headerPage(layout).get(sound);
    int refused = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = sound.clone();
      spoil(bytes, 0, 700, random);
      sign(bytes, 4092);
      try {
        PackFormat.Layout found =
            PackFormat.read(ByteBuffer.wrap(bytes), "hostile", layout.fileBytes());
        assertThat(found.fileBytes()).isEqualTo(layout.fileBytes());
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isGreaterThan(500);
  }
}
