package io.coralml.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the decoder whatever the fuzzer thinks of, under right checksums so that it gets past them.
 * {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("integrity")
@DisplayName("The decoder, fuzzed,")
class DecoderFuzzTest {
  private static final List<Tensor> LIKE =
      List.of(
          CodecProperties.tensor(DType.F32, CodecProperties.Bits.WEIGHTS, 700, 1),
          CodecProperties.tensor(DType.BF16, CodecProperties.Bits.WEIGHTS, 5001, 2),
          CodecProperties.tensor(DType.F64, CodecProperties.Bits.WEIGHTS, 300, 3),
          CodecProperties.tensor(DType.I8, CodecProperties.Bits.WEIGHTS, 4097, 4));

  @FuzzTest(maxDuration = "60s")
  @DisplayName("gives a tensor or a CorruptDataException, whatever the bytes")
  void decodes(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Tensor like = LIKE.get(input[0] & 3);
    byte[] chunk = Arrays.copyOfRange(input, 1, input.length);
    HostileTest.decodeAny(like, chunk, like);
    try {
      TensorCodec.decode(Encoded.of(ByteBuffer.wrap(input)), like);
    } catch (CorruptDataException | InvalidInputException expected) {
      // Either is an answer: the bytes are no encoding, or one of another base.
    }
  }
}
