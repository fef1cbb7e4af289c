package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("ONNX initialisers, for any bits")
class OnnxProperties {

  @Property(tries = 300)
  @Label("are the same from raw data, from packed and from unpacked numbers")
  void threeWays(
      @ForAll("types") int type, @ForAll @IntRange(max = 20) int elements, @ForAll long seed) {
    OnnxType onnx = known(type);
    byte[] bytes = new byte[(int) onnx.byteLength(elements)];
    new Random(seed).nextBytes(bytes);
    Tensor raw = read(tensor(type, elements).bytes(9, bytes));
    assertThat(raw.data()).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(raw.dtype()).isEqualTo(onnx.dtype());

    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ProtoBytes unpacked = tensor(type, elements);
    ProtoBytes packed = new ProtoBytes();
    boolean fixed = onnx.field() == OnnxType.FLOAT_DATA || onnx.field() == OnnxType.DOUBLE_DATA;
    while (values.hasRemaining()) {
      long value =
          switch (onnx.storedBytes()) {
            case 1 -> values.get() & 0xFF;
            case 2 -> values.getShort();
            case 4 ->
                onnx.field() == OnnxType.UINT64_DATA
                    ? Integer.toUnsignedLong(values.getInt())
                    : values.getInt();
            default -> values.getLong();
          };
      packed.varint(value);
      if (!fixed) {
        unpacked.integer(onnx.field(), value);
      } else if (onnx.field() == OnnxType.FLOAT_DATA) {
        unpacked.fixed32(onnx.field(), (int) value);
      } else {
        unpacked.fixed64(onnx.field(), value);
      }
    }
    assertThat(read(unpacked)).isEqualTo(raw);
    byte[] together = fixed ? bytes : packed.toBytes();
    assertThat(read(tensor(type, elements).bytes(onnx.field(), together))).isEqualTo(raw);
  }

  @Property(tries = 500)
  @Label("are read or refused, never anything else, after any bytes were changed")
  void mutated(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int changes) {
    byte[] model =
        model(tensor(5, 3).bytes(5, new byte[] {1, 2, 3}))
            .message(14, new ProtoBytes().text(1, "k").text(2, "v"))
            .toBytes();
    Random random = new Random(seed);
    for (int i = 0; i < changes; i++) {
      model[random.nextInt(model.length)] = (byte) random.nextInt();
    }
    try (TensorFile file = Onnx.open(ByteSource.of(ByteBuffer.wrap(model)))) {
      file.tensors().values().forEach(tensor -> assertThat(Tensor.copyOf(tensor)).isNotNull());
    } catch (CorruptDataException | InvalidInputException e) {
      assertThat(e).message().startsWith("The ONNX data").hasSizeLessThan(400);
    }
  }

  @Provide
  Arbitrary<Integer> types() {
    return Arbitraries.integers().between(1, 26).filter(type -> type != OnnxType.STRING);
  }

  private static OnnxType known(int type) {
    OnnxType known = OnnxType.numbered(type);
    if (known == null) {
      throw new AssertionError("ONNX has the type " + type + ".");
    }
    return known;
  }

  private static ProtoBytes tensor(int type, int elements) {
    return new ProtoBytes().integer(1, elements).integer(2, type).text(8, "w");
  }

  private static ProtoBytes model(ProtoBytes tensor) {
    return new ProtoBytes().message(7, new ProtoBytes().message(5, tensor));
  }

  private static Tensor read(ProtoBytes tensor) {
    byte[] bytes = model(tensor).toBytes();
    try (TensorFile file = Onnx.open(ByteSource.of(ByteBuffer.wrap(bytes)))) {
      return Tensor.copyOf(file.tensor("w"));
    }
  }
}
