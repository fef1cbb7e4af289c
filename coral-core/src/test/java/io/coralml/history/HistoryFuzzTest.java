package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.crash.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the parsers of the history whatever the fuzzer thinks of; the first byte says which parser.
 * {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The parsers of the history, fuzzed,")
class HistoryFuzzTest {
  private static final ObjectId ID = ObjectId.zeroId();
  private static final CommitId COMMIT = new CommitId("0".repeat(40));

  @FuzzTest(maxDuration = "120s")
  @DisplayName("give what the bytes say or an exception of ours, whatever the bytes")
  void parse(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch (input[0] & 7) {
        case 0 -> assertThat(TensorPointer.parse(bytes).format()).isEqualTo(bytes);
        case 1 -> Directory.parse(ID, bytes);
        case 2 -> commit(bytes);
        case 3 -> index(bytes);
        case 4 -> pack(bytes);
        case 5 -> CommitMetadata.parse(bytes);
        case 6 -> History.open(repository("config", bytes)).settings();
        default -> references(bytes);
      }
    } catch (CorruptDataException | InvalidInputException expected) {
      // The bytes are not what they ought to be, and that was said.
    }
  }

  private static void commit(byte[] bytes) {
    Commit commit = Commit.parse(COMMIT, bytes);
    assertThat(commit.tree()).hasSize(40);
    assertThat(commit.message().length()).isLessThan(bytes.length);
  }

  private static void index(byte[] bytes) {
    PackIndex index = PackIndex.parse(ByteBuffer.wrap(bytes), "fuzzed.idx");
    for (int i = 0; i < index.count(); i++) {
      ObjectId id = index.id(i);
      index.find(id);
      index.crc(i);
      index.offset(i);
    }
    index.startingWith("00");
    index.verify("fuzzed.idx");
  }

  private static void pack(byte[] bytes) {
    MemoryStorage storage = new MemoryStorage();
    storage.createDirectory(GitPack.DIRECTORY);
    storage.write(GitPack.dataFile("pack-1"), ByteBuffer.wrap(bytes));
    ObjectSource nothing =
        new ObjectSource() {
          @Override
          public Optional<GitObject> find(ObjectId id) {
            return Optional.empty();
          }

          @Override
          public boolean has(ObjectId id) {
            return false;
          }
        };
    try (GitPack pack = new GitPack(storage, "pack-1")) {
      for (int at = 0; at < Math.min(bytes.length + 2, 64); at++) {
        try {
          assertThat(pack.readAt(at, nothing, 0).content().length)
              .isLessThanOrEqualTo(1100 * bytes.length + (64 << 20));
        } catch (CorruptDataException expected) {
          // The next offset may be one where something begins.
        }
      }
    }
  }

  private static MemoryStorage repository(String file, byte[] content) {
    MemoryStorage storage = new MemoryStorage();
    History.create(storage, "main").close();
    storage.write(file, ByteBuffer.wrap(content));
    return storage;
  }

  private static void references(byte[] bytes) {
    for (String file : new String[] {"HEAD", "packed-refs", "refs/heads/main", "logs/HEAD"}) {
      try (History history = History.open(repository(file, bytes))) {
        history.head();
        history.branches();
        history.reflog(Optional.empty());
      } catch (CorruptDataException expected) {
        // The other files are looked at, too.
      }
    }
  }
}
