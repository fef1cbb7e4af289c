package io.coralml.junit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The resident size")
class ResidentSizeTest {
  @TempDir Path process;

  @Nested
  @DisplayName("from the process file system")
  class Proc {
    @Test
    @DisplayName("is given in KiB and returned in bytes")
    void reads() throws IOException {
      status("Name:\tjava\nVmPeak:\t 9999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n");
      ResidentSize size = ResidentSize.from(process, List.of());
      assertThat(size.current()).hasValue(1L << 20);
      assertThat(size.peak()).hasValue(2L << 20);
    }

    @Test
    @DisplayName("has its peak set back by the agreed number")
    void resets() throws IOException {
      Path reset = Files.createFile(process.resolve("clear_refs"));
      assertThat(ResidentSize.from(process, List.of()).resetPeak()).isTrue();
      assertThat(reset).hasContent("5");
    }

    @Test
    @DisplayName("says so when the peak cannot be set back")
    void cannotReset() {
      assertThat(ResidentSize.from(process, List.of()).resetPeak()).isFalse();
    }

    @Test
    @DisplayName("is absent when the file, the line or the number is missing")
    void absent() throws IOException {
      ResidentSize size = ResidentSize.from(process, List.of());
      assertThat(size.peak()).isEmpty();
      status("Name:\tjava\n");
      assertThat(size.peak()).isEmpty();
      status("VmHWM:\t lots kB\nVmRSS:\t 99999999999999999 kB\n");
      assertThat(size.peak()).isEmpty();
      assertThat(size.current()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("of this process is positive and not above its peak")
    void thisProcess() {
      ResidentSize size = ResidentSize.ofThisProcess();
      OptionalLong current = size.current();
      assertThat(current).isPresent();
      assertThat(current.getAsLong()).isPositive();
      assertThat(size.peak().getAsLong()).isGreaterThanOrEqualTo(current.getAsLong());
    }

    private void status(String text) throws IOException {
      Files.writeString(process.resolve("status"), text);
    }
  }

  @Nested
  @DisabledOnOs(OS.WINDOWS)
  @DisplayName("from a command")
  class Command {
    @Test
    @DisplayName("is what it prints, in KiB, and has no peak")
    void prints() {
      ResidentSize size = ResidentSize.from(process, List.of("echo", "  2048"));
      assertThat(size.current()).hasValue(2L << 20);
      assertThat(size.peak()).isEmpty();
    }

    @Test
    @DisplayName("is absent when it prints nothing or something else, or does not exist")
    void absent() {
      assertThat(ResidentSize.from(process, List.of("true")).current()).isEmpty();
      assertThat(ResidentSize.from(process, List.of("echo", "RSS")).current()).isEmpty();
      assertThat(ResidentSize.from(process, List.of("no-such-command-here")).current()).isEmpty();
    }
  }
}
