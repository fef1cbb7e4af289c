package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

@Label("Numbers written as bits")
class BitWriterTest {

  @Property(tries = 200)
  @Label("in the Rice code are as many ones as the quotient, a zero and the low bits")
  void rice(
      @ForAll @Size(max = 40) List<@IntRange(max = 70_000) Integer> numbers,
      @ForAll @IntRange(min = 8, max = 24) int width) {
    StringBuilder bits = new StringBuilder();
    BitWriter out = new BitWriter(0);
    for (int number : numbers) {
      out.putRice(number, width);
      bits.append("1".repeat(number >>> width)).append('0');
      for (int bit = width - 1; bit >= 0; bit--) {
        bits.append(number >>> bit & 1);
      }
    }
    assertThat(out.bitLength()).isEqualTo(bits.length());
    byte[] bytes = out.toBytes();
    for (int i = 0; i < bits.length(); i++) {
      assertThat(bytes[i / 8] >>> (7 - i % 8) & 1).isEqualTo(bits.charAt(i) - '0');
    }
    BitReader in = new BitReader(bytes, 0, bytes.length);
    assertThat(numbers).allMatch(number -> in.getRice(width, 70_000) == number);
  }
}
