package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.pack.PackEntry;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A repack encodes side by side")
class RepackBatchesTest {
  private static final int MIB = 1 << 20;

  private static PackEntry entry(long bytes) {
    PackEntry.Form form = new PackEntry.Form(DType.U8, Shape.of(bytes), bytes);
    PackEntry.Place place = new PackEntry.Place(0, 1, new int[1]);
    return new PackEntry(Tensor.of(new float[] {(float) bytes}).id(), form, null, 0, null, place);
  }

  private static List<Integer> sizes(List<PackEntry> entries) {
    List<List<PackEntry>> batches = RepackBatches.of(entries, 64L * MIB);
    assertThat(batches.stream().flatMap(List::stream).toList()).isEqualTo(entries);
    return batches.stream().map(List::size).toList();
  }

  @Test
  @DisplayName("at most 64 tensors")
  void tensors() {
    assertThat(sizes(Collections.nCopies(130, entry(1)))).containsExactly(64, 64, 2);
    assertThat(sizes(List.of())).isEmpty();
  }

  @Test
  @DisplayName("at most so many bytes, so that memory does not grow with the size of tensors")
  void bytes() {
    assertThat(sizes(Collections.nCopies(20, entry(8 * MIB)))).containsExactly(8, 8, 4);
    assertThat(sizes(List.of(entry(8 * MIB), entry(1)))).containsExactly(2);
  }

  @Test
  @DisplayName("no tensor with a large one behind it, which streams and counts nothing")
  void large() {
    PackEntry large = entry(8 * MIB + 1);
    assertThat(sizes(List.of(entry(1), large, large, entry(1)))).containsExactly(2, 1, 1);
  }
}
