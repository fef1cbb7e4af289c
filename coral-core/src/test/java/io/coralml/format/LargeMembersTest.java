package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.StorageException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A compressed array that is too large to be held in memory")
class LargeMembersTest {
  private static final int ELEMENTS = ZipMember.IN_MEMORY / 4 + 300_000;
  private static final byte[] NAME = "a.npy".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private final ByteBuffer values =
      ByteBuffer.allocate(4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
  private Tensor tensor = Tensor.of(new float[0]);

  @BeforeEach
  void values() {
    for (int i = 0; i < ELEMENTS; i++) {
      values.putInt(4 * i, i >>> 6);
    }
    tensor = Tensor.of(DType.F32, Shape.of(ELEMENTS), values);
  }

  /** Writes an archive of one deflated array that claims a shape, a size and a checksum. */
  private Path archive(int claimed, int checksumOff) throws IOException {
    Tensor shape = Tensor.of(DType.F32, Shape.of(claimed), ByteBuffer.allocate(4 * claimed));
    byte[] header = Npy.header(shape, "<f4");
    byte[] data = new byte[header.length + 4 * ELEMENTS];
    System.arraycopy(header, 0, data, 0, header.length);
    values.get(0, data, header.length, 4 * ELEMENTS);
    CRC32 crc = new CRC32();
    crc.update(data);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] packed = new byte[data.length];
    int length = deflater.deflate(packed);
    deflater.end();
    ByteBuffer zip = ByteBuffer.allocate(length + 200).order(ByteOrder.LITTLE_ENDIAN);
    zip.putInt(0x04034b50).put(new byte[22]).putShort((short) NAME.length).putShort((short) 0);
    zip.put(NAME).put(packed, 0, length);
    int directory = zip.position();
    zip.putInt(0x02014b50).put(new byte[6]).putShort((short) 8).put(new byte[4]);
    zip.putInt((int) crc.getValue() + checksumOff);
    zip.putInt(length).putInt(header.length + 4 * claimed);
    zip.putShort((short) NAME.length).put(new byte[16]).put(NAME);
    int end = zip.position();
    zip.putInt(0x06054b50).put(new byte[4]).putShort((short) 1).putShort((short) 1);
    zip.putInt(end - directory).putInt(directory).putShort((short) 0).flip();
    byte[] bytes = new byte[zip.remaining()];
    zip.get(bytes);
    return Files.write(folder.resolve("large.npz"), bytes);
  }

  @Test
  @DisplayName("is read in any order by several threads at once")
  void anyOrder() throws IOException {
    try (TensorFile file = Npz.open(archive(ELEMENTS, 0))) {
      TensorSource source = file.tensor("a");
      assertThat(source.id()).isEqualTo(tensor.id());
      int piece = 100_003;
      IntStream.rangeClosed(1, 4 * ELEMENTS / piece)
          .parallel()
          .forEach(
              i -> {
                int at = 4 * ELEMENTS - i * piece;
                ByteBuffer into =
                    i % 2 == 0 ? ByteBuffer.allocate(piece) : ByteBuffer.allocateDirect(piece);
                source.read(at, into);
                assertThat(into.flip()).isEqualTo(values.slice(at, piece));
              });
    }
  }

  @Test
  @DisplayName("can be read after a reader was interrupted, and not after the file was closed")
  void interruptedAndClosed() throws IOException {
    TensorFile file = Npz.open(archive(ELEMENTS, 0));
    TensorSource source = file.tensor("a");
    ByteBuffer into = ByteBuffer.allocate(4);
    source.read(0, into);
    Thread.currentThread().interrupt();
    source.read(4 * 6400, into.clear());
    assertThat(Thread.interrupted()).isTrue();
    source.read(4 * 6400, into.clear());
    assertThat(into.order(ByteOrder.LITTLE_ENDIAN).getInt(0)).isEqualTo(100);
    file.close();
    file.close();
    assertThatThrownBy(() -> source.read(0, into.clear()))
        .isInstanceOf(StorageException.class)
        .hasMessageEndingWith("a.npy has been closed; open it again to read from it.");
  }

  @Test
  @DisplayName("is refused when it holds fewer or more bytes than claimed, or others")
  void broken() throws IOException {
    assertRefused(archive(ELEMENTS + 1, 0), "holds fewer than the");
    assertRefused(archive(ELEMENTS - 1, 0), "holds more than the");
    assertRefused(archive(ELEMENTS, 1), "does not match its checksum");
  }

  private static void assertRefused(Path path, String rule) {
    try (TensorFile file = Npz.open(path)) {
      assertThatThrownBy(() -> file.tensor("a").read(0, ByteBuffer.allocate(1)))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("large.npz!a.npy " + rule)
          .hasMessageEndingWith("; get the file again.");
    }
  }
}
