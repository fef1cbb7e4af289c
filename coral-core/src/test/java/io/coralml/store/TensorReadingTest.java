package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.codec.DecodingSpace;
import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.io.ByteSource;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A stored tensor that is decoded")
class TensorReadingTest {
  private static final int LEAF = LeafDigests.LEAF_BYTES;

  private final DecodingSpace space = new DecodingSpace();

  private static Tensor uniform(int elements) {
    Random random = new Random(elements);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextFloat();
    }
    return Tensor.of(values);
  }

  private Tensor read(Tensor tensor, TensorId claimed) {
    Encoded encoded = TensorCodec.of(Effort.FAST).encode(tensor, null);
    PackEntry.Form form = new PackEntry.Form(tensor.dtype(), tensor.shape(), tensor.byteLength());
    PackEntry.Place place = new PackEntry.Place(0, encoded.length(), new int[1]);
    PackEntry entry = new PackEntry(claimed, form, null, 0, null, place);
    return TensorReading.open(entry, ByteSource.of(encoded.bytes()), null, "pack", space).whole();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 25_000, 65_536, 250_000, 262_144, 262_145, 1_000_000})
  @DisplayName("invariant 1: is refused if it is not the one it is said to be, whatever its size")
  void identity(int elements) {
    Tensor tensor = uniform(elements);
    Tensor back = read(tensor, tensor.id());
    assertThat(back).isEqualTo(tensor);
    assertThat(back.id()).isEqualTo(tensor.id());
    TensorId other = Tensor.of(new float[] {elements}).id();
    assertThatThrownBy(() -> read(tensor, other))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining("its bytes are not what was stored");
  }

  private TensorReading leaves(Tensor stored, Tensor claimed) {
    Encoded encoded = TensorCodec.of(Effort.FAST).encode(stored, null);
    PackEntry.Form form = new PackEntry.Form(stored.dtype(), stored.shape(), stored.byteLength());
    PackEntry.Place place = new PackEntry.Place(0, encoded.length(), new int[1]);
    LeafDigests digests = stored.byteLength() > LEAF ? LeafDigests.of(claimed) : null;
    PackEntry entry = new PackEntry(claimed.id(), form, null, 0, digests, place);
    return TensorReading.open(entry, ByteSource.of(encoded.bytes()), null, "pack", space);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 600_000})
  @DisplayName("invariant 1: is refused in part where that part is not what was stored")
  void parts(int elements) {
    Tensor tensor = uniform(elements);
    float[] values = tensor.toFloats();
    int changed = elements / 2;
    values[changed] = Math.nextUp(values[changed]);
    TensorReading reading = leaves(Tensor.of(values), tensor);
    int damaged = (int) (4L * changed / LEAF);
    for (int leaf = 0; leaf < LeafDigests.count(tensor.byteLength()); leaf++) {
      int index = leaf;
      if (index == damaged) {
        assertThatThrownBy(() -> reading.leaf(index))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining("its bytes are not what was stored");
      } else {
        assertThat(reading.leaf(index)).isEqualTo(leaves(tensor, tensor).leaf(index));
      }
    }
  }
}
