package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.io.StagedWrite;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.jgit.lib.Constants;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A git pack that is written")
class PackOutputTest {
  private static final int CHECKSUM_BYTES = 20;

  private final Storage storage = new MemoryStorage();

  /** Blobs that deflate to a little more than so many bytes together. */
  private static List<GitObject> blobs(int bytes) {
    Random random = new Random(bytes);
    List<GitObject> blobs = new ArrayList<>();
    for (int left = bytes; left > 0; ) {
      byte[] content = new byte[Math.min(left, 1 + random.nextInt(6000))];
      random.nextBytes(content);
      blobs.add(new GitObject(Constants.OBJ_BLOB, content));
      left -= content.length;
    }
    return blobs;
  }

  /** Around what its buffer has room for at first, and at last. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 3000, 4020, 4030, 4040, 4050, 4060, 4070, 4096, 8192, 65_180, 65_190, 65_230, 65_240,
        65_300, 70_000, 300_000
      })
  @DisplayName("has every object and ends with its own checksum, however large it is")
  void sizes(int bytes) {
    storage.createDirectory(GitPack.DIRECTORY);
    List<GitObject> blobs = blobs(bytes);
    GitPack written;
    try (PackOutput output = new PackOutput(storage, blobs.size())) {
      blobs.forEach(blob -> output.add(blob.id(), blob));
      StagedWrite.run(storage, output);
      written = output.written();
    }
    try (ObjectDatabase anew = new ObjectDatabase(storage)) {
      for (GitObject blob : blobs) {
        assertThat(anew.find(blob.id()).orElseThrow().content()).isEqualTo(blob.content());
        assertThat(written.find(blob.id(), anew).orElseThrow().content()).isEqualTo(blob.content());
      }
    }
    ByteBuffer pack = data();
    byte[] all = new byte[pack.remaining() - CHECKSUM_BYTES];
    byte[] checksum = new byte[CHECKSUM_BYTES];
    pack.get(all).get(checksum);
    assertThat(GitObject.sha1().digest(all)).isEqualTo(checksum);
  }

  @Test
  @DisplayName("takes over, in one piece, an entry that its buffer has no room for")
  void copied() {
    storage.createDirectory(GitPack.DIRECTORY);
    byte[] content = new byte[100_000];
    new Random(1).nextBytes(content);
    GitObject blob = new GitObject(Constants.OBJ_BLOB, content);
    try (PackOutput output = new PackOutput(storage, 1)) {
      output.add(blob.id(), blob);
      StagedWrite.run(storage, output);
    }
    ByteBuffer pack = data();
    ByteBuffer entry =
        pack.slice(GitPack.HEADER_BYTES, pack.remaining() - GitPack.HEADER_BYTES - CHECKSUM_BYTES);
    GitObject small = new GitObject(Constants.OBJ_BLOB, new byte[] {1});
    Storage to = new MemoryStorage();
    to.createDirectory(GitPack.DIRECTORY);
    try (PackOutput output = new PackOutput(to, 2)) {
      output.add(small.id(), small);
      output.begin();
      output.copy(entry.duplicate());
      output.end(blob.id(), entry.remaining());
      StagedWrite.run(to, output);
    }
    try (ObjectDatabase anew = new ObjectDatabase(to)) {
      assertThat(anew.find(blob.id()).orElseThrow().content()).isEqualTo(content);
      assertThat(anew.find(small.id()).orElseThrow().content()).isEqualTo(small.content());
    }
  }

  /** Returns the one pack there is. */
  private ByteBuffer data() {
    String name =
        storage.list(GitPack.DIRECTORY).stream()
            .filter(it -> it.endsWith(".pack"))
            .findFirst()
            .orElseThrow();
    return storage.readAll(GitPack.DIRECTORY + "/" + name, Integer.MAX_VALUE);
  }
}
