package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

@Label("A tensor's pointer")
class TensorPointerProperties {
  private static final TensorId ID = TensorId.parse("0f".repeat(32));

  @Property(tries = 300)
  @Label("is read back as it was written")
  void roundTrip(
      @ForAll @Size(max = 5) List<@LongRange(min = 0, max = 9) Long> dims,
      @ForAll @Size(max = 4) Map<String, String> attributes) {
    Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    TreeMap<String, String> noted = new TreeMap<>();
    attributes.forEach((key, value) -> noted.put(valid(key), valid(value)));
    TensorPointer pointer = new TensorPointer(ID, DType.BF16, shape, 2 * shape.elements(), noted);
    assertThat(TensorPointer.parse(pointer.format())).isEqualTo(pointer);
  }

  /** UTF-8 has no unpaired surrogates. */
  private static String valid(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Property(tries = 500)
  @Label("is refused as damaged when a byte of it changes, or means something else")
  void flipped(
      @ForAll @IntRange(min = 0, max = 200) int at,
      @ForAll @IntRange(min = 1, max = 255) int mask) {
    TensorPointer pointer =
        new TensorPointer(
            ID, DType.F32, Shape.of(256, 128), 131072, new TreeMap<>(Map.of("layer", "7 a")));
    byte[] bytes = pointer.format();
    bytes[at % bytes.length] ^= (byte) mask;
    try {
      assertThat(TensorPointer.parse(bytes)).isNotEqualTo(pointer);
    } catch (CorruptDataException e) {
      assertThat(e).hasMessageContaining("fsck");
    }
  }

  @Property(tries = 500)
  @Label("is never anything but a pointer or damage, whatever the bytes")
  void hostile(@ForAll @Size(max = 300) byte[] bytes) {
    try {
      assertThat(TensorPointer.parse(bytes).format()).isEqualTo(bytes);
    } catch (CorruptDataException e) {
      assertThat(e).hasMessageContaining("fsck");
    }
  }
}
