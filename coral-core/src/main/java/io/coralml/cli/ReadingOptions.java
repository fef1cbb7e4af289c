package io.coralml.cli;

import io.coralml.format.Links;
import io.coralml.format.TensorFile;
import io.coralml.format.TensorFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of the verbs that read a model file. */
final class ReadingOptions {
  @Option(
      names = "--follow-links",
      description = "Read what symbolic links lead to, as in the cache of a download tool.")
  private boolean followingLinks;

  /** Opens a file the user named. */
  TensorFile open(Shell shell, Path path) {
    return TensorFiles.open(shell.resolve(path), followingLinks ? Links.FOLLOWED : Links.REFUSED);
  }
}
