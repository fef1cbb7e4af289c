package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.crash.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the readers of loose objects, of annotated tags and of revisions whatever the fuzzer thinks
 * of; the first byte says which. {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz}
 * fuzzes.
 */
@Tag("security")
@DisplayName("The readers of loose objects, tags and revisions, fuzzed,")
class StoredObjectFuzzTest {
  private static final int MOST_PER_BYTE = 1040;

  @FuzzTest(maxDuration = "60s")
  @DisplayName("give what the bytes say or an exception of ours, whatever the bytes")
  void reads(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch (input[0] & 3) {
        case 0 -> loose(bytes);
        case 1 -> tag(bytes);
        default -> revision(bytes);
      }
    } catch (CorruptDataException | InvalidInputException | NotFoundException expected) {
      // The bytes are not what they ought to be, and that was said.
    }
  }

  private static void loose(byte[] bytes) {
    GitObject object = ObjectDatabase.parseLoose(ByteBuffer.wrap(bytes), "objects/00/0");
    assertThat(object.content().length).isLessThanOrEqualTo(MOST_PER_BYTE * bytes.length);
  }

  /** Reads the bytes as a tag object that is stored under its right name. */
  private static void tag(byte[] bytes) throws IOException {
    MemoryStorage storage = new MemoryStorage();
    History.create(storage, "main").close();
    String id = new GitObject(Constants.OBJ_TAG, bytes).id().name();
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(("tag " + bytes.length + '\0').getBytes(StandardCharsets.US_ASCII));
      deflater.write(bytes);
    }
    storage.plant("objects/" + id.substring(0, 2) + "/" + id.substring(2), deflated.toByteArray());
    storage.plant("refs/tags/v", (id + "\n").getBytes(StandardCharsets.US_ASCII));
    try (History history = History.open(storage)) {
      assertThat(history.tags().get("v").commit().hex()).hasSize(40);
    }
  }

  private static void revision(byte[] bytes) {
    MemoryStorage storage = new MemoryStorage();
    try (History history = History.create(storage, "main")) {
      history.resolve(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
