package io.coralml.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.crash.MemoryStorage;
import io.coralml.io.FileStorage;
import io.coralml.io.Storage;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A pack")
class PackFormatTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final Tensor ONE = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private static final Tensor TWO = Tensor.of(new long[] {7}, 1, 1, 1);

  @TempDir Path folder;
  private FileStorage storage;

  @BeforeEach
  void open() {
    storage = FileStorage.open(folder);
    storage.createDirectory("packs");
  }

  private static PackEntry.Form form(Tensor tensor) {
    return new PackEntry.Form(tensor.dtype(), tensor.shape(), tensor.byteLength());
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void add(PackWriter pack, Tensor tensor, byte[] encoded, TensorId base) {
    PackWriter.Appending appending = pack.append();
    appending.write(ByteBuffer.wrap(encoded));
    appending.finish(tensor.id(), form(tensor), base, base == null ? 0 : 1, null);
  }

  private String sealed(PackWriter pack) {
    pack.complete(NOON);
    String name = pack.publish("packs");
    storage.forceDirectory("packs");
    return name;
  }

  private String twoTensors() {
    try (PackWriter pack = PackWriter.begin(storage)) {
      add(pack, ONE, new byte[] {1, 2, 3}, null);
      add(pack, TWO, new byte[] {4, 5, 6, 7}, ONE.id());
      return sealed(pack);
    }
  }

  private static byte[] encoded(PackReader pack, TensorId id) {
    PackEntry entry = pack.table().find(id).orElseThrow();
    ByteBuffer into = ByteBuffer.allocate((int) entry.place().length());
    pack.encoded(entry).read(0, into);
    pack.check(entry);
    return into.array();
  }

  @Test
  @DisplayName("gives back every entry and its bytes")
  void roundTrip() {
    String name = twoTensors();
    try (PackReader pack = PackReader.open(storage, "packs", name)) {
      assertThat(pack.table().size()).isEqualTo(2);
      assertThat(encoded(pack, ONE.id())).containsExactly(1, 2, 3);
      assertThat(encoded(pack, TWO.id())).containsExactly(4, 5, 6, 7);
      PackEntry two = pack.table().find(TWO.id()).orElseThrow();
      assertThat(two.form()).isEqualTo(form(TWO));
      assertThat(two.base()).isEqualTo(ONE.id());
      assertThat(two.depth()).isEqualTo(1);
      assertThat(pack.table().find(Tensor.of(new float[1]).id())).isEmpty();
      assertThat(pack.table().entries())
          .extracting(PackEntry::id)
          .isSorted()
          .containsExactlyInAnyOrder(ONE.id(), TWO.id());
      pack.checkStructure();
    }
    assertThat(storage.list("tmp")).isEmpty();
  }

  @Test
  @DisplayName("is an HDF5 file that an HDF5 library reads")
  void isHdf5() {
    Path file = folder.resolve("packs").resolve(twoTensors());
    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(hdf.getChildren()).containsOnlyKeys("data", "entries", "meta");
      Dataset data = hdf.getDatasetByPath("data");
      assertThat(data.getDimensions()).containsExactly(7);
      assertThat((int[]) data.getData()).containsExactly(1, 2, 3, 4, 5, 6, 7);
      int[] meta = (int[]) hdf.getDatasetByPath("meta").getData();
      assertThat(new String(meta, 0, meta.length))
          .isEqualTo(
              "{\"format\":\"coral-pack\",\"version\":1,\"created\":\"2026-01-02T12:00:00Z\","
                  + "\"tensors\":2,\"tensorBytes\":32}");
    }
  }

  @Test
  @DisplayName("of version 1 stays what it is, byte for byte")
  void golden() throws IOException {
    byte[] file = Files.readAllBytes(folder.resolve("packs").resolve(twoTensors()));
    assertThat(Long.toHexString(PackFormat.checksum(ByteBuffer.wrap(file)) & 0xFFFFFFFFL))
        .isEqualTo("3c8b0d25");
  }

  @Test
  @DisplayName("holds entries of many checksummed pieces and leaves")
  void large() {
    int length = 3 * LeafDigests.LEAF_BYTES + 17;
    Tensor big = Tensor.of(DType.U8, Shape.of(length), ByteBuffer.wrap(bytes(length, 1)));
    LeafDigests leaves = LeafDigests.of(big);
    String name;
    try (PackWriter pack = PackWriter.begin(storage)) {
      PackWriter.Appending appending = pack.append();
      ByteBuffer all = big.data();
      for (int at = 0; at < length; at += 700_001) {
        appending.write(all.slice(at, Math.min(700_001, length - at)));
      }
      PackEntry entry = appending.finish(big.id(), form(big), null, 0, leaves);
      ByteBuffer early = ByteBuffer.allocate(length);
      pack.encoded(entry).read(0, early);
      assertThat(early.flip()).isEqualTo(big.data());
      add(pack, ONE, new byte[] {9}, null);
      name = sealed(pack);
    }
    try (PackReader pack = PackReader.open(storage, "packs", name)) {
      PackEntry entry = pack.table().find(big.id()).orElseThrow();
      assertThat(entry.place().checksums()).hasSize(4);
      assertThat(entry.leaves()).isNotNull();
      assertThat(entry.leaves().toBytes()).isEqualTo(leaves.toBytes());
      assertThat(ByteBuffer.wrap(encoded(pack, big.id()))).isEqualTo(big.data());
    }
  }

  @Test
  @DisplayName("takes entries of another pack as they are")
  void copies() {
    String merged;
    try (PackReader from = PackReader.open(storage, "packs", twoTensors());
        PackWriter pack = PackWriter.begin(storage)) {
      add(pack, Tensor.of(new float[] {0}), new byte[] {0}, null);
      for (PackEntry entry : from.table().entries()) {
        pack.copy(from, entry);
      }
      merged = sealed(pack);
    }
    try (PackReader pack = PackReader.open(storage, "packs", merged)) {
      assertThat(encoded(pack, TWO.id())).containsExactly(4, 5, 6, 7);
      assertThat(pack.table().size()).isEqualTo(3);
    }
  }

  @Nested
  @DisplayName("that is being written")
  class Unfinished {
    @Test
    @DisplayName("leaves nothing when it is given up")
    void givenUp() {
      try (PackWriter pack = PackWriter.begin(storage)) {
        add(pack, ONE, new byte[100], null);
      }
      assertThat(storage.list("tmp")).isEmpty();
      assertThat(storage.list("packs")).isEmpty();
    }

    @Test
    @DisplayName("refuses to be empty, to hold a tensor twice, and a depth that does not fit")
    void refuses() {
      try (PackWriter pack = PackWriter.begin(storage)) {
        assertThatThrownBy(() -> pack.complete(NOON)).isInstanceOf(InvalidInputException.class);
        add(pack, ONE, new byte[1], null);
        assertThatThrownBy(() -> add(pack, ONE, new byte[1], null))
            .isInstanceOf(InvalidInputException.class);
      }
      try (PackWriter pack = PackWriter.begin(storage)) {
        PackWriter.Appending appending = pack.append();
        appending.write(ByteBuffer.allocate(1));
        assertThatThrownBy(() -> appending.finish(TWO.id(), form(TWO), null, 1, null))
            .isInstanceOf(InvalidInputException.class);
      }
    }
  }

  @Nested
  @DisplayName("that is damaged")
  class Damaged {
    /** What the whole of a pack comes to when everything in it is read. */
    private List<Object> everything(Storage from, String name) {
      try (PackReader pack = PackReader.open(from, "packs", name)) {
        pack.checkStructure();
        return List.of(
            ByteBuffer.wrap(encoded(pack, ONE.id())), ByteBuffer.wrap(encoded(pack, TWO.id())));
      }
    }

    private final MemoryStorage memory = new MemoryStorage();
    private final String name = "0123456789abcdef0123456789abcdef.h5";

    private void refused(byte[] content, String how) {
      memory.plant("packs/" + name, content);
      assertThatThrownBy(() -> everything(memory, name))
          .as(how)
          .isInstanceOf(CorruptDataException.class);
    }

    @Test
    @DisplayName("is detected whichever byte is flipped")
    void everyByte() throws IOException {
      byte[] sound = Files.readAllBytes(folder.resolve("packs").resolve(twoTensors()));
      memory.plant("packs/" + name, sound);
      assertThat(everything(memory, name)).hasSize(2);
      for (int at = 0; at < sound.length; at++) {
        byte[] flipped = sound.clone();
        flipped[at] ^= 0x10;
        refused(flipped, "byte " + at);
      }
    }

    @Test
    @DisplayName("is detected wherever it is cut, and when something is appended")
    void everyLength() throws IOException {
      byte[] sound = Files.readAllBytes(folder.resolve("packs").resolve(twoTensors()));
      for (int length = 0; length < sound.length; length += length < 4096 ? 512 : 1) {
        refused(Arrays.copyOf(sound, length), "length " + length);
      }
      refused(Arrays.copyOf(sound, sound.length + 1), "one byte more");
    }

    @Test
    @DisplayName("is named in the message, with what to do")
    void message() {
      memory.plant("packs/" + name, "nonsense".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> everything(memory, name))
          .hasMessageContaining(name)
          .hasMessageContaining("run fsck");
    }
  }
}
