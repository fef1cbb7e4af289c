package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles every block of Java on the pages. */
@DisplayName("A block of Java on a page")
class JavaBlocksTest {
  @TempDir Path classes;

  @Test
  @DisplayName("compiles")
  void compiles() throws IOException {
    List<JavaBlock> blocks = new ArrayList<>();
    for (Page page : Page.all()) {
      page.blocks("java").forEach(block -> blocks.add(JavaBlock.of(page, block)));
    }
    assertThat(blocks).hasSizeGreaterThan(8);
    JavaBlock.compile(blocks, classes);
  }
}
