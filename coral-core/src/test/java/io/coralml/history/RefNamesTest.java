package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("security")
@Tag("integrity")
@DisplayName("A branch name")
class RefNamesTest {
  @ParameterizedTest
  @DisplayName("is refused when it could lead elsewhere or breaks git's rules")
  @ValueSource(
      strings = {
        "", "../../evil", "a/../b", "/etc/passwd", "a//b", "a/", ".hidden", "a/.b", "x.lock",
        "a.lock/b", "with space", "tilde~", "caret^", "colon:", "star*", "q?", "[x", "back\\slash",
        "a..b", "end.", "@", "a@{b", "HEAD", "-f", "line\nfeed", "nul\0", "\u001b[2J",
        "0123456789012345678901234567890123456789"
      })
  void refused(String name) {
    assertThat(RefNames.isValid(name)).isFalse();
    assertThatThrownBy(() -> RefNames.branch(name))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("\u001b");
  }

  @ParameterizedTest
  @DisplayName("may have components, dots, dashes and letters of any script")
  @ValueSource(strings = {"main", "feature/lr-0.1", "v1.0", "été", "模型", "a/b/c/d"})
  void accepted(String name) {
    assertThat(RefNames.branch(name)).isEqualTo("refs/heads/" + name);
  }

  @Test
  @DisplayName("is refused when it is very long, without being printed whole")
  void tooLong() {
    assertThatThrownBy(() -> RefNames.branch("a".repeat(1_000_000)))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
  }
}
