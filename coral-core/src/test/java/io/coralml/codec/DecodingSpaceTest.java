package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Arrays for encoded bytes")
class DecodingSpaceTest {
  private final DecodingSpace space = new DecodingSpace();

  @Test
  @DisplayName("are lent to one at a time, and again once they were given back")
  void lent() {
    byte[] first = space.takeBytes(100);
    byte[] second = space.takeBytes(100);
    assertThat(first).hasSizeGreaterThanOrEqualTo(100);
    assertThat(second).isNotSameAs(first);
    space.giveBackBytes(first);
    assertThat(space.takeBytes(90)).isSameAs(first);
    assertThat(space.takeBytes(90)).isNotSameAs(first);
  }

  @Test
  @DisplayName("are never smaller than asked for")
  void largeEnough() {
    space.giveBackBytes(new byte[10]);
    byte[] large = new byte[1000];
    space.giveBackBytes(large);
    assertThat(space.takeBytes(11)).isSameAs(large);
    assertThat(space.takeBytes(1)).hasSizeGreaterThanOrEqualTo(1);
  }

  @Test
  @DisplayName("are not kept without end")
  void bounded() {
    int many = 100 * ChunkTasks.defaultThreads();
    for (int i = 0; i < many; i++) {
      space.giveBackBytes(new byte[2]);
    }
    int kept = 0;
    while (space.takeBytes(1).length == 2) {
      kept++;
    }
    assertThat(kept).isBetween(1, many - 1);
  }
}
