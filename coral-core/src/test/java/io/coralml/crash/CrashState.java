package io.coralml.crash;

import io.coralml.crash.CrashingStorage.Acknowledgement;
import io.coralml.crash.CrashingStorage.Force;
import io.coralml.crash.CrashingStorage.ForceDirectory;
import io.coralml.crash.CrashingStorage.Names;
import io.coralml.crash.CrashingStorage.Operation;
import io.coralml.crash.CrashingStorage.Write;
import io.coralml.crash.MemoryStorage.Node;
import io.coralml.io.StorageNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** What is left of a recorded run when the power is cut after some of its operations. */
final class CrashState {
  private final CrashingStorage recorded;
  private final List<Operation> operations;
  private final int prefix;
  private final BitSet lost;
  private final boolean zeros;
  private final int torn;
  private final Map<String, Node> names = new TreeMap<>();
  private final Map<Node, byte[]> contents = new HashMap<>();

  /**
   * Works out what is left.
   *
   * @param prefix how many operations had happened
   * @param lost which of them left no trace
   * @param zeros whether lost bytes behind the end of a file made it longer all the same
   * @param torn how many bytes of the last write survived, if it is torn; 0 if it is not
   */
  CrashState(
      CrashingStorage recorded,
      List<Operation> operations,
      int prefix,
      BitSet lost,
      boolean zeros,
      int torn) {
    this.recorded = recorded;
    this.operations = operations;
    this.prefix = prefix;
    this.lost = lost;
    this.zeros = zeros;
    this.torn = torn;
    names.putAll(recorded.nodesBefore());
    for (int at = 0; at < prefix; at++) {
      if (operations.get(at) instanceof Write write) {
        write(write, at);
      } else if (operations.get(at) instanceof Names change && !lost.get(at)) {
        change
            .changes()
            .forEach(
                (name, node) ->
                    node.ifPresentOrElse(
                        there -> names.put(name, there), () -> names.remove(name)));
      }
    }
  }

  private void write(Write write, int at) {
    boolean last = torn > 0 && at == prefix - 1;
    if (lost.get(at) && !zeros) {
      return;
    }
    byte[] before = contents.computeIfAbsent(write.node(), recorded::contentBefore);
    int kept = last ? Math.min(torn, write.length()) : write.length();
    int end = last && !zeros ? write.at() + kept : write.end();
    byte[] after = Arrays.copyOf(before, Math.max(before.length, end));
    if (!lost.get(at)) {
      write.bytes().get(0, after, write.at(), kept);
    }
    contents.put(write.node(), after);
  }

  private byte[] content(Node node) {
    byte[] content = contents.get(node);
    return content != null ? content : recorded.contentBefore(node);
  }

  /** Returns a number that differs for different states, as far as 32 bits and a length can. */
  String fingerprint() {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    for (Map.Entry<String, Node> each : names.entrySet()) {
      Node node = each.getValue();
      byte[] content = contents.get(node);
      long checksum =
          content == null ? recorded.checksumBefore(node) : CrashingStorage.checksum(content);
      crc.update(each.getKey().getBytes(StandardCharsets.UTF_8));
      crc.update(0);
      crc.update(number.putLong(0, checksum).clear());
      bytes += checksum >>> 32;
    }
    return crc.getValue() + ":" + bytes + ":" + names.size() + ":" + acknowledged().size();
  }

  /** Returns the disk as it is found again. A directory whose own name is lost is lost whole. */
  MemoryStorage storage() {
    MemoryStorage storage = new MemoryStorage();
    names.forEach(
        (name, node) -> {
          if (reachable(name)) {
            if (node.directory) {
              storage.plantDirectory(name);
            } else {
              storage.plant(name, content(node));
            }
          }
        });
    return storage;
  }

  private boolean reachable(String name) {
    for (String above = name; !above.isEmpty(); ) {
      above = StorageNames.parent(above);
      Node node = names.get(above);
      if (node == null || !node.directory) {
        return false;
      }
    }
    return true;
  }

  /** Returns what had been promised by then. */
  List<Object> acknowledged() {
    return operations.subList(0, prefix).stream()
        .filter(CrashExplorer::isAcknowledgement)
        .map(each -> ((Acknowledgement) each).promised())
        .toList();
  }

  String describe() {
    StringBuilder text = new StringBuilder("the first " + prefix + " operations");
    lost.stream()
        .forEach(at -> text.append(", without ").append(describe(recorded, operations, at)));
    if (zeros) {
      text.append(", lost bytes being zeros");
    }
    if (torn > 0) {
      text.append(", only ").append(torn).append(" bytes of the last write");
    }
    return text.toString();
  }

  static String describe(CrashingStorage recorded, List<Operation> operations, int at) {
    Operation operation = operations.get(at);
    String number = "#" + at + " ";
    if (operation instanceof Write write) {
      return number
          + "write of "
          + write.length()
          + " bytes to "
          + name(recorded, operations, write.node());
    } else if (operation instanceof Force force) {
      return number + "force of " + name(recorded, operations, force.node());
    } else if (operation instanceof ForceDirectory force) {
      return number + "force of directory '" + force.directory() + "'";
    } else if (operation instanceof Names change) {
      return number + "names " + change.changes().keySet();
    }
    return number + operation;
  }

  /** Returns the last name a node had. */
  private static String name(CrashingStorage recorded, List<Operation> operations, Node node) {
    String last = "a nameless file";
    for (Map.Entry<String, Node> each : recorded.nodesBefore().entrySet()) {
      last = each.getValue() == node ? each.getKey() : last;
    }
    for (Operation operation : operations) {
      if (operation instanceof Names change) {
        for (var each : change.changes().entrySet()) {
          last = each.getValue().orElse(null) == node ? each.getKey() : last;
        }
      }
    }
    return "'" + last + "'";
  }
}
