package io.coralml.junit.baseline;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names of the classes that a class file refers to: the {@code CONSTANT_Class} entries of its
 * constant pool. Every class whose method is called, whose field is read or which is created has
 * one. Source: The Java Virtual Machine Specification, Java SE 17, section 4.4.
 */
final class ClassFile {
  private static final int MAGIC = 0xCAFEBABE;

  private ClassFile() {}

  /**
   * Reads the names, with dots; the element type stands for an array.
   *
   * @throws IOException if the bytes are no class file, or cut short
   */
  static Set<String> references(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    in.readInt(); // its version
    int count = in.readUnsignedShort();
    String[] texts = new String[count];
    int[] names = new int[count];
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 7 -> names[i] = in.readUnsignedShort();
        case 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // a long and a double take two places
        }
        default -> throw new IOException("constant of the unknown kind " + tag);
      }
    }
    Set<String> references = new LinkedHashSet<>();
    for (int name : names) {
      String text = name > 0 && name < count ? texts[name] : null;
      if (text != null) {
        references.add(element(text).replace('/', '.'));
      }
    }
    return references;
  }

  /** An array type is written as a descriptor: {@code [[Lorg/example/Thing;} or {@code [I}. */
  private static String element(String name) {
    if (!name.startsWith("[")) {
      return name;
    }
    String element = name.substring(name.lastIndexOf('[') + 1);
    return element.startsWith("L") && element.endsWith(";")
        ? element.substring(1, element.length() - 1)
        : element;
  }
}
