package io.coralml.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * As much of a shell as the pages need, in one folder: {@code coral} in this process, and {@code
 * cp}, {@code rm} and {@code truncate} with the meaning they have everywhere.
 */
final class PageShell {
  private final Path folder;
  private final Terminal terminal;
  private int lastCode;

  PageShell(Path folder) {
    this.folder = folder;
    this.terminal = new Terminal(folder, false).with("CORAL_AUTHOR", "Ada <ada@lab>");
  }

  /** Runs a command; returns what it printed on standard output, then on standard error. */
  String run(List<String> words) throws IOException {
    List<String> arguments = words.subList(1, words.size());
    switch (words.get(0)) {
      case "coral" -> {
        Terminal.Said said = terminal.run(arguments.toArray(String[]::new));
        lastCode = said.code();
        return said.out() + said.err();
      }
      case "echo" -> {
        if (!arguments.equals(List.of("$?"))) {
          throw new IllegalArgumentException("only the last exit code is ever echoed: " + words);
        }
        return lastCode + "\n";
      }
      case "cp" -> {
        int last = arguments.size() - 1;
        copy(files(arguments.subList(0, last)), folder.resolve(arguments.get(last)));
      }
      case "rm" -> {
        for (Path file : files(arguments)) {
          delete(file);
        }
      }
      case "truncate" -> truncate(arguments);
      default -> throw new IllegalArgumentException("no page may need this command: " + words);
    }
    lastCode = 0;
    return "";
  }

  /** Returns the files that the words name, options left out; a star matches within one name. */
  private List<Path> files(List<String> words) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String word : words) {
      Path path = folder.resolve(word);
      if (word.contains("*")) {
        Path parent = path.getParent();
        try (DirectoryStream<Path> found =
            Files.newDirectoryStream(parent, String.valueOf(path.getFileName()))) {
          found.forEach(files::add);
        }
      } else if (!word.startsWith("-")) {
        files.add(path);
      }
    }
    return files;
  }

  private static void copy(List<Path> sources, Path target) throws IOException {
    for (Path from : sources) {
      Path to = Files.isDirectory(target) ? target.resolve(from.getFileName()) : target;
      try (Stream<Path> tree = Files.walk(from)) {
        for (Path file : tree.toList()) {
          Files.copy(
              file, file.equals(from) ? to : to.resolve(from.relativize(file)), REPLACE_EXISTING);
        }
      }
    }
  }

  private static void delete(Path from) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** {@code truncate -s BYTES FILE...}. */
  private void truncate(List<String> words) throws IOException {
    if (!words.get(0).equals("-s")) {
      throw new IllegalArgumentException("truncate needs -s BYTES: " + words);
    }
    for (Path file : files(words.subList(2, words.size()))) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(Long.parseLong(words.get(1)));
      }
    }
  }
}
