package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.TensorId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("integrity")
@DisplayName("A golden file of format 1")
class GoldenFilesTest {

  static Set<GoldenFiles.Entry> entries() {
    return Set.copyOf(GoldenFiles.entries());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("format-1/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  @DisplayName("decodes to the tensor it was made from")
  void decodes(GoldenFiles.Entry entry) throws IOException {
    Map<String, String> ids =
        new String(resource("index.txt"), StandardCharsets.US_ASCII)
            .lines()
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    Encoded encoded = Encoded.of(ByteBuffer.wrap(resource(entry.name() + ".coral")));
    assertThat(TensorCodec.decode(encoded, entry.base()).id())
        .isEqualTo(TensorId.parse(Objects.requireNonNull(ids.get(entry.name()))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  @DisplayName("is, byte for byte, what the encoder writes, on this JDK as on any other")
  void encodes(GoldenFiles.Entry entry) throws IOException {
    Encoded encoded = TensorCodec.of(entry.effort()).encode(entry.target(), entry.base());
    assertThat(encoded.bytes()).isEqualTo(ByteBuffer.wrap(resource(entry.name() + ".coral")));
  }

  @Test
  @DisplayName("is there for every form a chunk can take")
  void everyMode() throws IOException {
    Set<ChunkMode> modes = EnumSet.noneOf(ChunkMode.class);
    for (GoldenFiles.Entry entry : entries()) {
      Encoded encoded = Encoded.of(ByteBuffer.wrap(resource(entry.name() + ".coral")));
      modes.addAll(encoded.stats().chunks().keySet());
    }
    assertThat(modes).contains(ChunkMode.values());
  }
}
