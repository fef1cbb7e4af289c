package io.coralml.cli;

import io.coralml.history.Author;
import io.coralml.repository.Repository;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What surrounds a command: where it prints, where it runs, and the environment's variables. */
final class Shell {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private final boolean watched;
  private final boolean colourful;
  private Path directory;

  /**
   * @param directory where relative paths begin
   * @param screen which outputs people watch
   */
  Shell(
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment,
      Path directory,
      Screen screen) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.directory = directory;
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    this.watched = screen.err() && !dumb;
    this.colourful = screen.out() && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /** Returns whether people watch standard error, so that showing progress makes sense. */
  boolean isWatched() {
    return watched;
  }

  /** Returns the text in colour, if people watch and want colours (see no-color.org). */
  String paint(Colour colour, String text) {
    return colourful ? colour.paint(text) : text;
  }

  void changeDirectory(Path to) {
    directory = directory.resolve(to);
  }

  Path directory() {
    return directory;
  }

  /** Returns a path the user gave, as seen from where the command runs. */
  Path resolve(Path path) {
    return directory.resolve(path);
  }

  Repository repository() {
    return Repository.open(directory);
  }

  /** Returns who makes a commit: the option, else the variable CORAL_AUTHOR, else user@host. */
  Author author(@Nullable String option) {
    String text = option != null ? option : environment.get("CORAL_AUTHOR");
    if (text != null && !text.isBlank()) {
      return Author.parse(text);
    }
    String user = Optional.ofNullable(environment.get("USER")).orElse("");
    String name = user.isBlank() ? System.getProperty("user.name", "unknown") : user;
    return new Author(name, name + "@" + host());
  }

  private String host() {
    String named = environment.get("HOSTNAME");
    if (named != null && !named.isBlank()) {
      return named;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
