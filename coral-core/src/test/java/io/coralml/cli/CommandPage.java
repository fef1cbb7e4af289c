package io.coralml.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a page of Markdown: the lines that begin with a dollar sign in its {@code
 * console} blocks, each with the lines it is said to print.
 */
final class CommandPage {
  private static final Pattern BLOCK =
      Pattern.compile("^```console\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private CommandPage() {}

  /** A command of a page and what it is to print. */
  record Step(String command, List<String> output) {
    /** Returns the words of the command, without quotes and without a comment behind it. */
    List<String> words() {
      List<String> words = new ArrayList<>();
      for (Matcher word = WORD.matcher(command); word.find(); ) {
        if (word.group().equals("#")) {
          break;
        }
        for (int group = 1; group <= word.groupCount(); group++) {
          if (word.group(group) != null) {
            words.add(word.group(group));
          }
        }
      }
      return words;
    }

    /** Returns what it is to print, as one text. */
    String expected() {
      return String.join("\n", output);
    }
  }

  /** Reads the commands of a page, in order. */
  static List<Step> steps(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(Files.readString(page)); block.find(); ) {
      for (String line : block.group(1).lines().toList()) {
        if (line.startsWith("$ ")) {
          steps.add(new Step(line.substring(2), new ArrayList<>()));
        } else {
          steps.get(steps.size() - 1).output().add(line);
        }
      }
    }
    return steps;
  }
}
