package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.merge.MergeOutcome.Conflict;
import io.coralml.merge.MergeOutcome.Merged;
import io.coralml.merge.MergeOutcome.Reason;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A merge strategy")
class MergeStrategyTest {

  private static float[] merged(
      MergeStrategy strategy, @Nullable Tensor base, Tensor ours, Tensor theirs) {
    MergeOutcome outcome = strategy.merge(new BothChanged("w", base, ours, theirs));
    assertThat(outcome).isInstanceOf(Merged.class);
    return Tensor.copyOf(((Merged) outcome).tensor()).toFloats();
  }

  private static Tensor floats(float... values) {
    return Tensor.of(values);
  }

  @Nested
  @DisplayName("finds a conflict")
  class Conflicts {
    private Conflict conflict(
        MergeStrategy strategy,
        @Nullable TensorSource base,
        TensorSource ours,
        TensorSource theirs) {
      MergeOutcome outcome = strategy.merge(new BothChanged("layer.w", base, ours, theirs));
      assertThat(outcome).isInstanceOf(Conflict.class);
      Conflict conflict = (Conflict) outcome;
      assertThat(conflict.name()).isEqualTo("layer.w");
      assertThat(conflict.message()).contains("'layer.w'");
      return conflict;
    }

    @Test
    @DisplayName("always, if asked to fail")
    void asked() {
      assertThat(conflict(MergeStrategies.fail(), floats(0), floats(1), floats(2)).reason())
          .isEqualTo(Reason.BOTH_CHANGED);
    }

    @Test
    @DisplayName("where it needs a base and there is none")
    void noBase() {
      for (MergeStrategy strategy :
          List.of(
              MergeStrategies.taskArithmetic(1),
              MergeStrategies.ties(0.2, 1),
              MergeStrategies.dare(0.5, 1, 1))) {
        assertThat(conflict(strategy, null, floats(1), floats(2)).reason())
            .isEqualTo(Reason.NO_BASE);
      }
    }

    @Test
    @DisplayName(
        "in integers, booleans, complex, packed, opaque and scale dtypes, naming the dtype")
    void dtypes() {
      for (DType dtype :
          List.of(DType.I8, DType.BOOL, DType.F4, DType.F8_E8M0, DType.named("NEW"))) {
        Shape shape = dtype.equals(DType.F4) ? Shape.of(4) : Shape.of(2);
        Tensor one = Tensor.of(dtype, shape, ByteBuffer.wrap(new byte[] {1, 2}));
        Tensor other = Tensor.of(dtype, shape, ByteBuffer.wrap(new byte[] {1, 3}));
        Conflict conflict = conflict(MergeStrategies.average(), null, one, other);
        assertThat(conflict.reason()).isEqualTo(Reason.NOT_ARITHMETIC);
        assertThat(conflict.message()).contains(dtype.name());
      }
    }

    @Test
    @DisplayName("where shapes or dtypes differ, between the sides or from the base")
    void forms() {
      Tensor flat = floats(1, 2);
      Tensor column = Tensor.of(new float[] {1, 2}, 2, 1);
      Tensor wide = Tensor.of(new double[] {1, 2});
      MergeStrategy average = MergeStrategies.average();
      assertThat(conflict(average, null, flat, column).reason()).isEqualTo(Reason.SHAPE_DIFFERS);
      assertThat(conflict(average, null, flat, column).message()).contains("2x1");
      assertThat(conflict(average, null, flat, wide).reason()).isEqualTo(Reason.DTYPE_DIFFERS);
      MergeStrategy tasks = MergeStrategies.taskArithmetic(1);
      assertThat(conflict(tasks, wide, flat, floats(3, 4)).reason())
          .isEqualTo(Reason.DTYPE_DIFFERS);
      assertThat(conflict(tasks, column, flat, floats(3, 4)).reason())
          .isEqualTo(Reason.SHAPE_DIFFERS);
      assertThat(merged(average, wide, flat, floats(3, 4))).containsExactly(2, 3);
    }

    @Test
    @DisplayName("and asks the next strategy, if there is one")
    void fallback() {
      MergeStrategy strategy = MergeStrategies.average().orElse(MergeStrategies.theirs());
      Tensor steps = Tensor.of(new long[] {100});
      Tensor later = Tensor.of(new long[] {200});
      assertThat(strategy.merge(new BothChanged("steps", null, steps, later)))
          .isEqualTo(new Merged(later));
      assertThat(merged(strategy, null, floats(1), floats(2))).containsExactly(1.5f);
      assertThat(strategy.name()).isEqualTo("average/theirs");
    }
  }

  @Nested
  @DisplayName("is named")
  class Names {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "ours",
          "theirs",
          "fail",
          "average",
          "weighted:0.7,0.3",
          "slerp:0.25",
          "task-arithmetic:0.4",
          "ties:0.2,1.0",
          "dare:0.9,0.5,-7",
          "ties:0.2,1.0/average/ours"
        })
    @DisplayName("so that it can be written down and read again")
    void parsed(String name) {
      assertThat(MergeStrategies.parse(name).name()).isEqualTo(name);
      assertThat(MergeStrategies.parse(name)).isEqualTo(MergeStrategies.parse(name));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "mean",
          "ours:1",
          "slerp",
          "slerp:x",
          "slerp:",
          "ties:0.2",
          "dare:0.5,1,x",
          "average/",
          "average/mean"
        })
    @DisplayName("and anything else is refused with the grammar")
    void refused(String name) {
      assertThatThrownBy(() -> MergeStrategies.parse(name))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("task-arithmetic:LAMBDA");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "weighted:0,0",
          "weighted:-1,2",
          "weighted:NaN,1",
          "slerp:1.01",
          "slerp:NaN",
          "task-arithmetic:Infinity",
          "ties:0,1",
          "ties:1.5,1",
          "ties:0.5,NaN",
          "dare:1,1,1",
          "dare:-0.1,1,1"
        })
    @DisplayName("with parameters in their range only")
    void parameters(String name) {
      assertThatThrownBy(() -> MergeStrategies.parse(name))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("given:");
    }
  }
}
