package io.coralml.similarity;

import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Writes runs as {@link RunFile} specifies them, number by number, whatever their size. */
final class RunFileWriter {
  private static final int BUFFER = 1 << 16;

  private final WritableFile file;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long mixed;

  private RunFileWriter(WritableFile file) {
    this.file = file;
  }

  /** Writes a merged run and returns the file's simple name. */
  static String write(Storage storage, String directory, RunMerge merge) {
    WritableFile file = storage.createTemporary(".part");
    boolean named = false;
    try (file) {
      String name = new RunFileWriter(file).write(merge) + RunFile.SUFFIX;
      storage.rename(file.name(), StorageNames.child(directory, name));
      named = true;
      return name;
    } finally {
      if (!named) {
        storage.delete(file.name());
      }
    }
  }

  private String write(RunMerge merge) {
    buffer.put(RunFile.MAGIC).putInt(RunFile.VERSION).putInt(merge.entries());
    merge.write(this::put);
    flush();
    String name =
        HexFormat.of().toHexDigits(Positions.mix(crc.getValue()))
            + HexFormat.of().toHexDigits(mixed);
    file.write(buffer.clear().putInt((int) crc.getValue()).flip());
    return name;
  }

  private void put(long number) {
    if (buffer.remaining() < Long.BYTES) {
      flush();
    }
    buffer.putLong(number);
    mixed = Positions.mix(mixed ^ number);
  }

  private void flush() {
    crc.update(buffer.flip());
    file.write(buffer.rewind());
    buffer.clear();
  }
}
