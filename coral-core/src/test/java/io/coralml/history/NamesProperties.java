package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.eclipse.jgit.lib.Repository;

@Tag("security")
@Label("Invariant 9: names never become paths unchecked")
class NamesProperties {
  @Property(tries = 2000)
  @Label("a branch name that passes is one that git accepts, and stays inside refs/heads")
  void branchNames(@ForAll("nasty") String name) {
    if (RefNames.isValid(name)) {
      assertThat(Repository.isValidRefName("refs/heads/" + name)).isTrue();
      assertThat(RefNames.branch(name).split("/", -1)).doesNotContain("", ".", "..");
    } else {
      assertThatThrownBy(() -> RefNames.branch(name)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Property(tries = 2000)
  @Label("a tensor's file name leads back to the tensor and is one plain path segment")
  void tensorNames(@ForAll("nasty") String name) {
    try {
      TensorNames.requireValid(name);
    } catch (InvalidInputException e) {
      return;
    }
    String file = TensorNames.toFileName(name);
    assertThat(file).matches("[A-Za-z0-9_%-][A-Za-z0-9_.%-]*");
    assertThat(TensorNames.fromFileName(file)).isEqualTo(name);
    assertThat(TensorNames.shard(name)).matches("[0-9a-f]{2}");
  }

  @Property(tries = 2000)
  @Label("a file name that no tensor has is reported as damage")
  void foreignFileNames(@ForAll("nasty") String file) {
    String name;
    try {
      name = TensorNames.fromFileName(file);
    } catch (CorruptDataException e) {
      return;
    }
    assertThat(TensorNames.toFileName(name)).isEqualTo(file);
  }

  @Property(tries = 500)
  @Label("escaped text has nothing a terminal acts upon")
  void escaped(@ForAll String text) {
    assertThat(Quoted.name(text).chars().noneMatch(c -> c < ' ' || c == 0x7F || c == 0x9B))
        .isTrue();
  }

  @Provide
  Arbitrary<String> nasty() {
    Arbitrary<String> parts =
        Arbitraries.of(
            "a",
            "Z9",
            "layer.0",
            "weight",
            "/",
            "//",
            ".",
            "..",
            "../",
            "\\",
            "~",
            "^",
            ":",
            "%",
            "%2E",
            "%2f",
            ".lock",
            "@{",
            "@",
            "HEAD",
            "-",
            " ",
            "\n",
            "\0",
            "\u001b[31m",
            "é",
            "模",
            "\ud83d\ude00",
            "\ud83d",
            "*",
            "?",
            "[",
            "\u202e");
    return parts.list().ofMinSize(0).ofMaxSize(6).map(list -> String.join("", list));
  }
}
