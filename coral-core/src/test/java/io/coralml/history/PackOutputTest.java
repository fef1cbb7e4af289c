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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A git pack that is written")
class PackOutputTest {
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
        1, 3000, 4020, 4030, 4040, 4050, 4060, 4070, 4096, 8192, 65_300, 65_350, 65_400, 65_450,
        65_500, 65_536, 70_000, 300_000
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
    String data =
        storage.list(GitPack.DIRECTORY).stream()
            .filter(name -> name.endsWith(".pack"))
            .findFirst()
            .orElseThrow();
    ByteBuffer pack = storage.readAll(GitPack.DIRECTORY + "/" + data, Integer.MAX_VALUE);
    byte[] all = new byte[pack.remaining() - 20];
    byte[] checksum = new byte[20];
    pack.get(all).get(checksum);
    assertThat(GitObject.sha1().digest(all)).isEqualTo(checksum);
  }
}
