package io.coralml.junit.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClassFileProperties {
  private static byte[] ownClassFile() throws IOException {
    try (InputStream in =
        ClassFileProperties.class.getResourceAsStream("ClassFileProperties.class")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  /**
   * Where the constant pool ends, nothing more is read: what is cut off behind it is not missed.
   */
  private static boolean readable(byte[] bytes) {
    try {
      ClassFile.references(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Example
  void namesWhatIsCalledAndTheElementsOfArrays() throws IOException {
    assertThat(ClassFile.references(ownClassFile()))
        .contains("io.coralml.junit.baseline.ClassFile", "java.util.Arrays", "java.io.IOException");
  }

  @Property(tries = 200)
  void aFileThatIsCutShortInItsConstantsIsRefused(@ForAll @IntRange(min = 0, max = 200) int length)
      throws IOException {
    assertThat(readable(Arrays.copyOf(ownClassFile(), length))).isFalse();
  }

  @Property(tries = 200)
  void noBytesDoMoreThanBeRefused(@ForAll @Size(max = 300) byte[] bytes) {
    assertThat(readable(bytes)).isIn(true, false);
    if (bytes.length < 4) {
      assertThatThrownBy(() -> ClassFile.references(bytes)).isInstanceOf(IOException.class);
    }
  }

  @Property(tries = 200)
  void oneChangedByteDoesNoMoreThanBeRefused(
      @ForAll @IntRange(min = 0, max = 2000) int place, @ForAll byte value) throws IOException {
    byte[] bytes = ownClassFile();
    bytes[place % bytes.length] = value;
    assertThat(readable(bytes)).isIn(true, false);
  }
}
