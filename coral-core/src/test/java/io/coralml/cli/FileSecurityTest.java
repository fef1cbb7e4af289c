package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@DisplayName("The command line, attacked through the file system")
class FileSecurityTest {
  @TempDir Path folder;
  private Path model;
  private Terminal terminal;

  @BeforeEach
  void repository() throws IOException {
    model = folder.resolve("model");
    terminal = Terminal.inModel(model);
  }

  @Test
  @DisplayName("by links inside .coral, follows none of them")
  @DisabledOnOs(OS.WINDOWS)
  void links() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "the secret\n");
    for (String name : List.of("staging", "refs/heads/main", "HEAD", "config", "packed-refs")) {
      Path inside = model.resolve(".coral").resolve(name);
      Path aside = folder.resolve("aside");
      boolean there = Files.exists(inside, LinkOption.NOFOLLOW_LINKS);
      if (there) {
        Files.move(inside, aside);
      }
      Files.createSymbolicLink(inside, secret);
      for (String verb : List.of("status", "log", "branch", "fsck")) {
        Terminal.Said said = terminal.run(verb);
        assertThat(said.out() + said.err())
            .as("%s with %s", verb, name)
            .doesNotContain("the secret");
        assertThat(said.err()).doesNotContain("\tat ");
      }
      terminal.run("add", "in.safetensors");
      terminal.run("commit", "-m", "x");
      assertThat(secret).hasContent("the secret\n");
      Files.deleteIfExists(inside);
      if (there) {
        Files.move(aside, inside);
      }
    }
    terminal.fine("rm", "--staged", "--all");
    assertThat(terminal.fine("fsck")).contains("nothing is wrong");
  }

  @Test
  @DisplayName("by a link called .coral, neither makes nor opens a repository behind it")
  @DisabledOnOs(OS.WINDOWS)
  void linkedRepository() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.createSymbolicLink(other.resolve(".coral"), target);
    Terminal there = new Terminal(other, false);
    assertThat(there.run("init").code()).isEqualTo(2);
    assertThat(there.run("status").code()).isEqualTo(2);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  @DisplayName("by files that are no models, tells nothing of what is in them")
  void disclosure() throws IOException {
    for (String name : List.of("secret", "x.safetensors", "x.onnx", "x.safetensors.index.json")) {
      Path secret = Files.writeString(folder.resolve(name), "{\"password\":\"hunter2\"}");
      for (String verb : List.of("add", "import", "convert")) {
        List<String> command = new ArrayList<>(List.of(verb, secret.toString()));
        if (verb.equals("convert")) {
          command.add("out");
        }
        Terminal.Said said = terminal.run(command.toArray(String[]::new));
        assertThat(said.code()).isIn(2, 3);
        assertThat(said.out() + said.err()).doesNotContain("hunter2").doesNotContain("\tat ");
      }
      Terminal.Said said = terminal.run("-C", secret.toString(), "log");
      assertThat(said.code()).isEqualTo(2);
      assertThat(said.out() + said.err()).doesNotContain("hunter2");
    }
    assertThat(model.resolve("out")).doesNotExist();
  }

  @Test
  @DisplayName("writes nothing that others may read when the repository is its owner's alone")
  @DisabledOnOs(OS.WINDOWS)
  void modes() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.createDirectory(
        own.resolve(".coral"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Terminal there = new Terminal(own, false);
    there.fine("init");
    there.commit("first", Map.of("a", Terminal.tensor(1)));
    there.fine("tag", "v1", "-m", "x");
    there.commit("second", Map.of("a", Terminal.tensor(2)));
    there.fine("gc", "--grace", "0");
    Map<Path, Set<PosixFilePermission>> wider = new TreeMap<>();
    try (Stream<Path> all = Files.walk(own.resolve(".coral"))) {
      for (Path path : all.toList()) {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        if (!PosixFilePermissions.toString(mode).endsWith("------")) {
          wider.put(path, mode);
        }
      }
    }
    assertThat(wider).isEmpty();
  }
}
