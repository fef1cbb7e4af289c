package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor that is computed as it is read")
class StreamsTest {
  private static final PatternSource PATTERN = new PatternSource(DType.F32, Shape.of(1001), 7);

  private static byte[] read(long position, int length, ByteOrder order) {
    ByteBuffer into = ByteBuffer.allocate(length).order(order);
    PATTERN.read(position, into);
    assertThat(into.order()).isEqualTo(order);
    return into.array();
  }

  @Test
  @DisplayName("has the same bytes wherever reading begins, into whichever buffer")
  void anyPosition() {
    byte[] whole = read(0, 4004, ByteOrder.LITTLE_ENDIAN);
    for (int position : new int[] {0, 1, 3, 7, 8, 9, 4001}) {
      for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
        int length = Math.min(100, 4004 - position);
        assertThat(read(position, length, order))
            .isEqualTo(java.util.Arrays.copyOfRange(whole, position, position + length));
      }
    }
  }

  @Test
  @DisplayName("is not read beyond its end")
  void beyond() {
    assertThatThrownBy(() -> read(4000, 5, ByteOrder.LITTLE_ENDIAN))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("differs from another by exactly the bytes that were changed")
  void differences() {
    byte[] changed = read(0, 4004, ByteOrder.LITTLE_ENDIAN);
    assertThat(Streams.differentBytes(PATTERN, tensor(changed))).isZero();
    for (int at : new int[] {0, 1, 2000, 4003}) {
      changed[at]++;
    }
    assertThat(Streams.differentBytes(PATTERN, tensor(changed))).isEqualTo(4);
  }

  @Test
  @DisplayName("is not compared with one of another length")
  void otherLength() {
    assertThatThrownBy(() -> Streams.differentBytes(PATTERN, Tensor.of(new float[3])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Tensor tensor(byte[] bytes) {
    return Tensor.of(DType.F32, PATTERN.shape(), ByteBuffer.wrap(bytes));
  }
}
