package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A table on a page")
class TablesTest {
  private static final Pattern CELL_ENDS = Pattern.compile("(?<!\\\\)\\|");

  @Test
  @DisplayName("has as many cells in every row as in its head, and an empty line after it")
  void rectangular() throws IOException {
    int rows = 0;
    for (Page page : Page.all()) {
      long head = 0;
      for (String line : page.prose()) {
        if (!line.startsWith("|")) {
          // What follows at once would be read as another row.
          assertThat(head == 0 || line.isBlank()).as("%s: %s", page, line).isTrue();
          head = 0;
          continue;
        }
        long cells = CELL_ENDS.matcher(line.strip()).results().count();
        head = head == 0 ? cells : head;
        assertThat(cells).as("%s: %s", page, line).isEqualTo(head);
        rows++;
      }
    }
    assertThat(rows).isGreaterThan(400);
  }
}
