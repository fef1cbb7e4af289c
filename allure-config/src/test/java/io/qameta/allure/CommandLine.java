package io.qameta.allure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes the arguments of Allure's {@code generate} and leaves what it leaves: {@code index.html},
 * here the command itself, and {@code history}.
 */
public final class CommandLine {
  private CommandLine() {}

  /** Runs. Fails where the folder of results holds a file named {@code fail}. */
  public static void main(String[] arguments) throws IOException {
    List<String> args = List.of(arguments);
    Path output = Path.of(args.get(args.indexOf("--output") + 1));
    Path input = Path.of(args.get(args.size() - 1));
    if (Files.exists(input.resolve("fail-result.json"))) {
      throw new IOException("stand-in told to fail");
    }
    Files.createDirectories(output.resolve("history"));
    Files.writeString(
        output.resolve("index.html"),
        String.join(" ", args) + " analytics off: " + System.getenv("ALLURE_NO_ANALYTICS"));
    Files.writeString(output.resolve("history/history-trend.json"), "[{\"buildOrder\":7}]");
  }
}
