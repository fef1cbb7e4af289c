package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CorruptDataException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

@Label("A commit's metadata")
class CommitMetadataProperties {
  private static final CommitMetadata USUAL =
      new CommitMetadata(
          new TreeMap<>(Map.of("loss", "0.31", "note", "a, b: {c}")),
          new TreeMap<>(Map.of("format", "pt")));

  @Property(tries = 300)
  @Label("is read back as it was written")
  void roundTrip(
      @ForAll @Size(max = 4) Map<String, String> commit,
      @ForAll @Size(max = 4) Map<String, String> model) {
    CommitMetadata metadata = new CommitMetadata(valid(commit), valid(model));
    assertThat(CommitMetadata.parse(metadata.format())).isEqualTo(metadata);
  }

  /** UTF-8 has no unpaired surrogates. */
  private static SortedMap<String, String> valid(Map<String, String> texts) {
    TreeMap<String, String> valid = new TreeMap<>();
    texts.forEach((key, value) -> valid.put(valid(key), valid(value)));
    return valid;
  }

  private static String valid(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Example
  @Label("wakes the JSON library only for characters beyond ASCII and for escapes")
  void plain() {
    assertThat(PlainMetadata.read(CommitMetadata.EMPTY.format())).contains(CommitMetadata.EMPTY);
    assertThat(PlainMetadata.read(USUAL.format())).contains(USUAL);
    for (String odd : new String[] {"é", "a\"b", "a\\b", "a\nb", "\u0007"}) {
      SortedMap<String, String> model = new TreeMap<>(Map.of("odd", odd));
      byte[] bytes = new CommitMetadata(new TreeMap<>(), model).format();
      assertThat(PlainMetadata.read(bytes)).isEmpty();
      assertThat(CommitMetadata.parse(bytes).model()).isEqualTo(model);
    }
  }

  @Property(tries = 2000)
  @Label("means the same without the JSON library, whatever byte of it changes or is lost")
  void changed(
      @ForAll @IntRange(max = 200) int at,
      @ForAll byte value,
      @ForAll @IntRange(max = 200) int cut) {
    byte[] bytes = USUAL.format();
    bytes[at % bytes.length] = value;
    byte[] left = cut < 100 ? bytes : Arrays.copyOf(bytes, cut % bytes.length);
    PlainMetadata.read(left)
        .ifPresent(plain -> assertThat(plain).isEqualTo(CommitMetadata.parseAny(left)));
    try {
      assertThat(CommitMetadata.parse(left).format()).isNotEmpty();
    } catch (CorruptDataException e) {
      assertThat(e).hasMessageContaining("fsck");
    }
  }
}
