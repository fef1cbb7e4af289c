package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The committed real sample")
class RealSampleTest {

  @ParameterizedTest
  @EnumSource
  @DisplayName("is ten F16 tensors of 592,128 weights in about 1.2 MB, with its origin")
  void makeUp(RealSample sample) throws IOException {
    Model model = sample.load(FloatFormat.F16);
    assertThat(model.tensors()).hasSize(10);
    assertThat(model.parameters()).isEqualTo(592_128);
    assertThat(model.tensors().values()).allMatch(t -> t.dtype().equals(DType.F16));
    assertThat(Files.size(sample.file())).isBetween(1_184_256L, 1_200_000L);
    try (TensorFile file = Safetensors.open(sample.file())) {
      assertThat(file.metadata()).containsKeys("origin", "licence", "part");
    }
  }

  @Test
  @DisplayName("is a pair: the same names and shapes, close values")
  void pair() {
    Model base = RealSample.BASE.load(FloatFormat.F32);
    Model fineTune = RealSample.FINE_TUNE.load(FloatFormat.F32);
    assertThat(fineTune.tensors().keySet()).isEqualTo(base.tensors().keySet());
    double difference = 0;
    double norm = 0;
    for (String name : base.tensors().keySet()) {
      float[] before = floats(base, name);
      float[] after = floats(fineTune, name);
      assertThat(after).hasSameSizeAs(before);
      for (int i = 0; i < before.length; i++) {
        difference += Math.pow((double) after[i] - before[i], 2);
        norm += Math.pow(before[i], 2);
      }
    }
    assertThat(Math.sqrt(difference / norm)).isBetween(0.005, 0.03);
  }

  private static float[] floats(Model model, String name) {
    return Tensor.copyOf(Objects.requireNonNull(model.tensors().get(name))).toFloats();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("narrows back from F32 to the committed bits, and rounds to BF16 within half a step")
  void views(RealSample sample) {
    Model exact = sample.load(FloatFormat.F16);
    Model wide = sample.load(FloatFormat.F32);
    Model rounded = sample.load(FloatFormat.BF16);
    exact
        .tensors()
        .forEach(
            (name, tensor) -> {
              TensorSource widened = Objects.requireNonNull(wide.tensors().get(name));
              assertThat(Tensor.copyOf(Cast.of(widened, FloatFormat.F16))).isEqualTo(tensor);
              ByteBuffer f32 = Tensor.copyOf(widened).data();
              ByteBuffer bf16 =
                  Tensor.copyOf(Objects.requireNonNull(rounded.tensors().get(name))).data();
              while (f32.hasRemaining()) {
                double value = f32.getFloat();
                assertThat(FloatFormat.BF16.get(bf16)).isEqualTo(FloatFormat.BF16.round(value));
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("is what the documented program takes from the real models, when they are present")
  void reproduced(RealSample sample) {
    RealModel origin =
        sample == RealSample.BASE ? RealModel.BGE_SMALL_EN : RealModel.BGE_SMALL_EN_V15;
    try (TensorFile file = origin.openOrSkip()) {
      assertThat(ExtractRealSample.attention(file))
          .isEqualTo(sample.load(FloatFormat.F16).tensors());
    }
  }
}
