package io.coralml.perf.comparators;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A comparator")
class ReferenceCodecTest {

  static Stream<Arguments> codecs() {
    return Stream.of(FloatFormat.values())
        .flatMap(
            format ->
                ReferenceCodec.all(format).stream()
                    .map(codec -> Arguments.of(format, codec.name(), codec)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("codecs")
  @DisplayName("gives back the real sample bit for bit, smaller than it was")
  void realSample(FloatFormat format, String name, ReferenceCodec codec) {
    WeightPair pair = WeightPair.sample(format);
    // zstd-19 takes seconds for a sample; the cheaper levels run the same code.
    int length = name.endsWith("19") ? 100_000 * format.bytes() : pair.rawBytes();
    byte[] base = Arrays.copyOf(WeightPair.concatenated(pair.base()), length);
    byte[] target = Arrays.copyOf(WeightPair.concatenated(pair.target()), length);
    assertThat(roundTrip(codec, target, base)).isLessThan(target.length);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("codecs")
  @DisplayName("gives back any bits, also more than a block of them and none")
  void anyBits(FloatFormat format, String name, ReferenceCodec codec) {
    Random random = new Random(11);
    int most = name.endsWith("19") ? 1001 : Blocks.ELEMENTS + 7;
    for (int elements : new int[] {0, 1, 3, most}) {
      byte[] target = new byte[elements * format.bytes()];
      byte[] base = new byte[target.length];
      random.nextBytes(target);
      random.nextBytes(base);
      roundTrip(codec, target, base);
      roundTrip(codec, target, target.clone());
      Arrays.fill(target, (byte) 0x80);
      Arrays.fill(base, (byte) 0);
      roundTrip(codec, target, base);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("codecs")
  @DisplayName("gives back more than a block of elements")
  void severalBlocks(FloatFormat format, String name, ReferenceCodec codec) {
    byte[] target = new byte[(Blocks.ELEMENTS + 7) * format.bytes()];
    for (int i = 0; i < target.length; i++) {
      target[i] = (byte) (i >>> 10);
    }
    roundTrip(codec, target, new byte[target.length]);
  }

  private static int roundTrip(ReferenceCodec codec, byte[] target, byte[] base) {
    byte[] out = new byte[codec.maxEncodedLength(target.length)];
    int length = codec.encode(target, base, out);
    byte[] back = new byte[target.length];
    codec.decode(Arrays.copyOf(out, length), base, back);
    assertThat(back).isEqualTo(target);
    return length;
  }
}
