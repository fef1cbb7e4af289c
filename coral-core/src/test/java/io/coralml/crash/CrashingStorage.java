package io.coralml.crash;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * A storage in memory that records every operation, so that a {@link CrashExplorer} can go through
 * what a power loss at any moment may have left behind.
 *
 * <p>Usage: run what is to be proved on it, calling {@link #acknowledge} at each point from which
 * on something is promised to survive (right after {@code commit} has returned, say); then hand it
 * to the explorer with a check that opens what is left and looks.
 *
 * <pre>{@code
 * CrashingStorage storage = CrashingStorage.over(prepared);   // prepared survives for sure
 * TensorId id = put(storage, tensor);
 * storage.acknowledge(id);
 * CrashReport report = new CrashExplorer(storage).explore((left, acknowledged) -> {
 *   ObjectStore store = ObjectStore.open(left, options);
 *   for (Object promised : acknowledged) {
 *     assertThat(store.read((TensorId) promised)).isEqualTo(tensor);
 *   }
 * });
 * assertThat(report.states()).isGreaterThan(1000);
 * assertThat(new CrashExplorer(storage).unnoticedForces(check)).isEmpty();
 * }</pre>
 */
public final class CrashingStorage extends MemoryStorage {
  /** Something that happened, in the order it did. */
  sealed interface Operation {}

  /** Bytes went into a file. */
  record Write(Node node, int at, ByteBuffer bytes) implements Operation {
    int length() {
      return bytes.capacity();
    }

    int end() {
      return at + length();
    }
  }

  /** Names of a directory changed, all of them together or not at all; empty is a removal. */
  record Names(String directory, Map<String, Optional<Node>> changes) implements Operation {}

  /** The bytes of a file were forced. */
  record Force(Node node) implements Operation {}

  /** The names of a directory were forced. */
  record ForceDirectory(String directory) implements Operation {}

  /** From here on something is promised to survive. */
  record Acknowledgement(Object promised) implements Operation {}

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Node> nodesBefore;
  private final Map<Node, byte[]> contentBefore = new HashMap<>();
  private final Map<Node, Long> checksumBefore = new ConcurrentHashMap<>();

  /** Creates a storage that begins empty. */
  public CrashingStorage() {
    this(new MemoryStorage());
  }

  private CrashingStorage(MemoryStorage before) {
    before.copyInto(this);
    nodesBefore = nodes();
    nodesBefore.values().forEach(node -> contentBefore.put(node, node.content()));
  }

  /** Returns a storage that begins with a copy of another's content, all of which is durable. */
  public static CrashingStorage over(MemoryStorage prepared) {
    return new CrashingStorage(prepared.copy());
  }

  /** Notes that from here on something must survive. */
  public synchronized void acknowledge(Object promised) {
    operations.add(new Acknowledgement(promised));
  }

  synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** Returns which nodes there were before the first operation, by name. */
  Map<String, Node> nodesBefore() {
    return nodesBefore;
  }

  /** Returns what a node held before the first operation; nothing if it was created later. */
  byte[] contentBefore(Node node) {
    return contentBefore.getOrDefault(node, new byte[0]);
  }

  /** Returns the checksum of {@link #contentBefore}, and its length in the upper half. */
  long checksumBefore(Node node) {
    return checksumBefore.computeIfAbsent(node, any -> checksum(contentBefore(node)));
  }

  static long checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (long) content.length << 32 | crc.getValue();
  }

  @Override
  void wrote(Node node, long at, byte[] bytes) {
    operations.add(new Write(node, (int) at, ByteBuffer.wrap(bytes)));
  }

  @Override
  void forced(Node node) {
    operations.add(new Force(node));
  }

  @Override
  void named(String directory, Map<String, Optional<Node>> changes) {
    operations.add(new Names(directory, changes));
  }

  @Override
  void forcedDirectory(String directory) {
    operations.add(new ForceDirectory(directory));
  }
}
