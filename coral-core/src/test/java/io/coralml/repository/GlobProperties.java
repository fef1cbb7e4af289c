package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

@Label("A pattern for names")
class GlobProperties {
  @Property(tries = 2000)
  @Label("matches what the regular expression matches that means the same")
  void likeRegex(
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String glob,
      @ForAll @Chars({'a', 'b'}) @StringLength(max = 10) String name) {
    String regex =
        glob.chars()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Character.toString(c))
            .collect(Collectors.joining());
    assertThat(new Glob(glob).matches(name)).isEqualTo(Pattern.matches(regex, name));
  }

  @Property(tries = 500)
  @Label("of nothing special matches itself alone")
  void plain(@ForAll String name, @ForAll String other) {
    String escaped = name.replace('*', '.').replace('?', '.');
    assertThat(new Glob(escaped).matches(escaped)).isTrue();
    assertThat(new Glob(escaped).matches(other)).isEqualTo(escaped.equals(other));
  }

  @Example
  @Label("ends at once, also where a regular expression would try for ever")
  void hostile() {
    String name = "a".repeat(1000);
    assertThat(new Glob("*a".repeat(400) + "b").matches(name)).isFalse();
    assertThat(new Glob("a".repeat(1_000_000)).matches(name)).isFalse();
  }
}
