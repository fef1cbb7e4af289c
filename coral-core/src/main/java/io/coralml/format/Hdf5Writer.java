package io.coralml.format;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import io.jhdf.Superblock;
import io.jhdf.checksum.ChecksumUtils;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lays out and writes an HDF5 file of contiguous datasets; see {@link Hdf5#write} for the rules.
 *
 * <p>The library that reads HDF5 here keeps names to 255 bytes and everything in memory when it
 * writes, so the headers, which are few, are made here: version 2 object headers, links and
 * attributes inside them, one chunk each. All addresses are known before the first byte is written,
 * for every length is: groups first, then each dataset's header and its data, aligned to 8 bytes.
 *
 * <p>Source of the format: the HDF5 file format specification, version 3.0. For one thread.
 */
final class Hdf5Writer {
  private static final int ROOT_AT = 64;
  private static final long UNDEFINED = -1;
  private static final int MAX_RANK = 32;
  private static final int MAX_MESSAGE = 0xFFFF - 1024;
  private static final int ALIGNMENT = 8;
  private static final int COPY_BYTES = 1 << 20;

  private static final int DATASPACE = 0x01;
  private static final int LINK_INFO = 0x02;
  private static final int DATATYPE = 0x03;
  private static final int FILL_VALUE = 0x05;
  private static final int LINK = 0x06;
  private static final int LAYOUT = 0x08;
  private static final int GROUP_INFO = 0x0A;
  private static final int ATTRIBUTE = 0x0C;
  private static final int ATTRIBUTE_INFO = 0x15;

  private final Node root = new Node("", null);
  private final Map<String, String> metadata;

  /** A group, or a dataset, and where it goes. */
  private static final class Node {
    private final String name;
    private final Map<String, Node> children = new LinkedHashMap<>();
    private final @Nullable TensorSource tensor;
    private long headerAt;
    private long dataAt;

    Node(String name, @Nullable TensorSource tensor) {
      this.name = name;
      this.tensor = tensor;
    }
  }

  private Hdf5Writer(Map<String, String> metadata) {
    this.metadata = metadata;
  }

  static void write(
      Path path, Map<String, ? extends TensorSource> tensors, Map<String, String> metadata) {
    Hdf5Writer writer = new Hdf5Writer(metadata);
    tensors.forEach(writer::add);
    List<Node> groups = new ArrayList<>();
    List<Node> datasets = new ArrayList<>();
    collect(writer.root, groups, datasets);
    long end = writer.place(groups, datasets);
    try (PendingFile file = PendingFile.beside(path)) {
      writer.writeTo(file, groups, datasets, end);
      file.publish();
    }
  }

  private void add(String name, TensorSource tensor) {
    type(name, tensor.dtype());
    if (tensor.shape().rank() > MAX_RANK) {
      throw new InvalidInputException(
          "The tensor "
              + Quoted.of(name)
              + " has "
              + tensor.shape().rank()
              + " dimensions and HDF5 allows "
              + MAX_RANK
              + "; reshape it.");
    }
    Node at = root;
    String[] parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      String part = parts[i];
      requireName(name, part);
      Node next = at.children.get(part);
      if (next == null) {
        next = new Node(part, last ? tensor : null);
        at.children.put(part, next);
      } else if (last || next.tensor != null) {
        throw new InvalidInputException(
            "The tensor "
                + Quoted.of(name)
                + " and another one would be a dataset and a group of one name in HDF5; rename"
                + " one.");
      }
      at = next;
    }
  }

  private static void requireName(String name, String part) {
    if (part.isEmpty()
        || part.indexOf('/') >= 0
        || part.indexOf('\0') >= 0
        || !Quoted.isUnicode(part)
        || part.length() > MAX_MESSAGE / 3) {
      throw new InvalidInputException(
          "The tensor name "
              + Quoted.of(name)
              + " has a part that HDF5 cannot name (empty, with a slash, or too long); rename it.");
    }
  }

  private static void collect(Node node, List<Node> groups, List<Node> datasets) {
    if (node.tensor != null) {
      datasets.add(node);
    } else {
      groups.add(node);
      node.children.values().forEach(child -> collect(child, groups, datasets));
    }
  }

  /** Gives everything its address and returns the end of the file. */
  private long place(List<Node> groups, List<Node> datasets) {
    long at = ROOT_AT;
    for (Node group : groups) {
      group.headerAt = at;
      at = aligned(at + groupHeader(group).length);
    }
    for (Node dataset : datasets) {
      dataset.headerAt = at;
      TensorSource tensor = tensor(dataset);
      at = aligned(at + datasetHeader(dataset).length);
      dataset.dataAt = tensor.byteLength() == 0 ? UNDEFINED : at;
      at = aligned(Math.addExact(at, tensor.byteLength()));
    }
    return at;
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static TensorSource tensor(Node dataset) {
    return Objects.requireNonNull(dataset.tensor);
  }

  private void writeTo(PendingFile file, List<Node> groups, List<Node> datasets, long end) {
    ByteBuffer superblock = new Superblock.SuperblockV2V3().toBuffer(end);
    long at = write(file, 0, superblock);
    for (Node group : groups) {
      at = pad(file, at, group.headerAt);
      at = write(file, at, ByteBuffer.wrap(groupHeader(group)));
    }
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    for (Node dataset : datasets) {
      at = pad(file, at, dataset.headerAt);
      at = write(file, at, ByteBuffer.wrap(datasetHeader(dataset)));
      TensorSource tensor = tensor(dataset);
      if (tensor.byteLength() > 0) {
        at = pad(file, at, dataset.dataAt);
        for (long done = 0; done < tensor.byteLength(); done += COPY_BYTES) {
          buffer.clear().limit((int) Math.min(COPY_BYTES, tensor.byteLength() - done));
          tensor.read(done, buffer);
          at = write(file, at, buffer.flip());
        }
      }
    }
    pad(file, at, end);
  }

  private static long write(PendingFile file, long at, ByteBuffer bytes) {
    long end = at + bytes.remaining();
    file.write(bytes);
    return end;
  }

  private static long pad(PendingFile file, long at, long to) {
    file.write(ByteBuffer.allocate((int) (to - at)));
    return to;
  }

  private byte[] groupHeader(Node group) {
    Header header = new Header();
    header.message(GROUP_INFO, buffer(2));
    header.message(LINK_INFO, buffer(18).putShort((short) 0).putLong(UNDEFINED).putLong(UNDEFINED));
    group.children.values().forEach(child -> header.message(LINK, link(child)));
    if (group == root && !metadata.isEmpty()) {
      header.message(
          ATTRIBUTE_INFO, buffer(18).putShort((short) 0).putLong(UNDEFINED).putLong(UNDEFINED));
      metadata.forEach((key, value) -> header.message(ATTRIBUTE, attribute(key, value)));
    }
    return header.bytes();
  }

  /** A hard link: version 1, two bytes for the length of the name, which is UTF-8. */
  private static ByteBuffer link(Node child) {
    byte[] name = child.name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer link = buffer(13 + name.length);
    link.put((byte) 1).put((byte) 0x11).put((byte) 1);
    return link.putShort((short) name.length).put(name).putLong(child.headerAt);
  }

  /** A text: version 3, name and value UTF-8, the value ended by a zero byte. */
  private static ByteBuffer attribute(String key, String value) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    if (key.isEmpty()
        || !key.equals(key.trim()) // readers trim it
        || key.indexOf('\0') >= 0
        || value.indexOf('\0') >= 0
        || !Quoted.isUnicode(key)
        || !Quoted.isUnicode(value)
        || name.length + text.length > MAX_MESSAGE) {
      throw new InvalidInputException(
          "The metadata "
              + Quoted.of(key)
              + " cannot be an attribute of HDF5, which takes texts of up to "
              + MAX_MESSAGE
              + " bytes with a name that white space does not surround; leave it out.");
    }
    ByteBuffer message = buffer(9 + name.length + 1 + 8 + 4 + text.length + 1);
    message.put((byte) 3).put((byte) 0);
    message.putShort((short) (name.length + 1)).putShort((short) 8).putShort((short) 4);
    message.put((byte) 1).put(name).put((byte) 0);
    // Type: class 3 version 1, null-terminated (0) UTF-8 (1), and its size. Then a scalar space.
    message.put((byte) 0x13).put((byte) 0x10).putShort((short) 0).putInt(text.length + 1);
    message.put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
    return message.put(text).put((byte) 0);
  }

  private static byte[] datasetHeader(Node dataset) {
    TensorSource tensor = tensor(dataset);
    long[] dims = tensor.shape().dims();
    ByteBuffer space = buffer(4 + Long.BYTES * dims.length);
    space
        .put((byte) 2)
        .put((byte) dims.length)
        .put((byte) 0)
        .put((byte) (dims.length == 0 ? 0 : 1));
    for (long dim : dims) {
      space.putLong(dim);
    }
    Header header = new Header();
    header.message(DATASPACE, space);
    header.message(DATATYPE, type(dataset.name, tensor.dtype()));
    // Version 3: space is allocated late, and filled if there is a fill value; there is none.
    header.message(FILL_VALUE, buffer(2).put((byte) 3).put((byte) 0x0A));
    header.message(
        LAYOUT,
        buffer(18)
            .put((byte) 3)
            .put((byte) 1)
            .putLong(dataset.dataAt)
            .putLong(tensor.byteLength()));
    return header.bytes();
  }

  private static ByteBuffer type(String name, DType dtype) {
    return switch (dtype.kind()) {
      case FLOAT -> {
        if (dtype.bits() < 16) {
          throw unsupported(name, dtype);
        }
        yield real(dtype);
      }
      case INTEGER -> integer(dtype);
      case BOOL -> truth();
      default -> throw unsupported(name, dtype);
    };
  }

  /** Class 1, version 1: little-endian, the mantissa's highest bit implied. */
  private static ByteBuffer real(DType dtype) {
    ByteBuffer type = buffer(20).put((byte) 0x11);
    type.put((byte) 0x20).put((byte) (dtype.bits() - 1)).put((byte) 0).putInt(dtype.bytes());
    type.putShort((short) 0).putShort((short) dtype.bits());
    type.put((byte) dtype.mantissaBits()).put((byte) dtype.exponentBits());
    type.put((byte) 0).put((byte) dtype.mantissaBits());
    return type.putInt((1 << (dtype.exponentBits() - 1)) - 1);
  }

  /** Class 0, version 1: little-endian. */
  private static ByteBuffer integer(DType dtype) {
    ByteBuffer type = buffer(12).put((byte) 0x10);
    type.put((byte) (dtype.signed() ? 0x08 : 0)).putShort((short) 0).putInt(dtype.bytes());
    return type.putShort((short) 0).putShort((short) dtype.bits());
  }

  /** Class 8, version 3: an enumeration of FALSE and TRUE over signed bytes, as h5py writes it. */
  private static ByteBuffer truth() {
    ByteBuffer type = buffer(8 + 12 + 6 + 5 + 2).put((byte) 0x38);
    type.put((byte) 2).putShort((short) 0).putInt(1);
    type.put(integer(DType.I8).flip());
    type.put("FALSE\0TRUE\0".getBytes(StandardCharsets.US_ASCII));
    return type.put((byte) 0).put((byte) 1);
  }

  private static InvalidInputException unsupported(String name, DType dtype) {
    return new InvalidInputException(
        "The tensor "
            + Quoted.of(name)
            + " is "
            + dtype
            + ", which HDF5 files of numbers do not have; write safetensors.");
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An object header in the making: a signature, its length, messages, a checksum. */
  private static final class Header {
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    void message(int type, ByteBuffer body) {
      byte[] bytes = new byte[body.capacity()];
      body.get(0, bytes);
      messages.write(type);
      messages.write(bytes.length);
      messages.write(bytes.length >>> 8);
      messages.write(0);
      messages.writeBytes(bytes);
    }

    byte[] bytes() {
      byte[] bytes = new byte[10 + messages.size() + 4];
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      header.put("OHDR".getBytes(StandardCharsets.US_ASCII)).put((byte) 2);
      header.put((byte) 0x02).putInt(messages.size()).put(messages.toByteArray());
      header.putInt(ChecksumUtils.checksum(header.slice(0, header.position())));
      return bytes;
    }
  }
}
