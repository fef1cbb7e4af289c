package io.coralml.codec;

import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the golden files of format 1 hold. They were written once, by {@link #main}, and are never
 * written again: a decoder that cannot read them is wrong. A new format gets files of its own.
 */
final class GoldenFiles {
  /**
   * One file: a tensor and its base by how they are generated, and the effort it was encoded with.
   *
   * @param rows of a matrix whose rows and columns learn at rates of their own; 0 for a vector
   */
  record Entry(
      DType dtype,
      CodecProperties.Bits bits,
      CodecProperties.Update update,
      Effort effort,
      int elements,
      int rows) {

    private Entry(
        DType dtype,
        CodecProperties.Bits bits,
        CodecProperties.Update update,
        Effort effort,
        int elements) {
      this(dtype, bits, update, effort, elements, 0);
    }

    String name() {
      String size = rows == 0 ? "" + elements : rows + "x" + elements / rows;
      return String.join("-", dtype.name(), bits.name(), update.name(), effort.name(), size)
          .toLowerCase(Locale.ROOT);
    }

    Tensor target() {
      return rows == 0
          ? CodecProperties.tensor(dtype, bits, elements, 41)
          : Matrices.tuned(dtype, rows, elements / rows, SPREAD, 41);
    }

    @Nullable Tensor base() {
      return rows == 0
          ? CodecProperties.base(target(), update, 42)
          : Matrices.base(dtype, rows, elements / rows, 41);
    }
  }

  private static final double SPREAD = 2.0;

  private GoldenFiles() {}

  static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16, DType.I8, DType.I64)) {
      for (CodecProperties.Update update : CodecProperties.Update.values()) {
        entries.add(new Entry(dtype, CodecProperties.Bits.WEIGHTS, update, Effort.BALANCED, 1500));
      }
    }
    for (CodecProperties.Bits bits : CodecProperties.Bits.values()) {
      entries.add(new Entry(DType.F32, bits, CodecProperties.Update.NONE, Effort.MAX, 1500));
      entries.add(new Entry(DType.U8, bits, CodecProperties.Update.NOISY, Effort.FAST, 1501));
    }
    entries.add(
        new Entry(
            DType.I32, CodecProperties.Bits.RUNS, CodecProperties.Update.NONE, Effort.MAX, 1500));
    entries.add(
        new Entry(
            DType.BF16,
            CodecProperties.Bits.WEIGHTS,
            CodecProperties.Update.NEIGHBOURS,
            Effort.MAX,
            9001));
    entries.add(
        new Entry(
            DType.BF16,
            CodecProperties.Bits.WEIGHTS,
            CodecProperties.Update.NOISY,
            Effort.BALANCED,
            60_001));
    for (DType dtype : List.of(DType.BF16, DType.F32)) {
      entries.add(
          new Entry(
              dtype,
              CodecProperties.Bits.WEIGHTS,
              CodecProperties.Update.NOISY,
              Effort.FAST,
              9001));
    }
    for (DType dtype : List.of(DType.BF16, DType.F32, DType.F64)) {
      entries.add(
          new Entry(
              dtype,
              CodecProperties.Bits.WEIGHTS,
              CodecProperties.Update.NOISY,
              Effort.MAX,
              60 * 81,
              60));
    }
    return entries;
  }

  /**
   * Writes all files and their index into a folder.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    List<String> index = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (Entry entry : entries()) {
        Encoded encoded = TensorCodec.of(entry.effort()).encode(entry.target(), entry.base());
        byte[] bytes = new byte[encoded.length()];
        encoded.bytes().get(bytes);
        Files.write(folder.resolve(entry.name() + ".coral"), bytes);
        index.add(entry.name() + " " + entry.target().id());
      }
      Files.write(folder.resolve("index.txt"), index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
