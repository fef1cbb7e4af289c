package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Staging;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "commit", description = "Make a commit of what is staged.")
final class CommitVerb extends Verb {
  @Option(
      names = {"-m", "--message"},
      required = true,
      paramLabel = "MESSAGE",
      description = "Why; the first line is the subject.")
  private String message = "";

  @Option(
      names = "--author",
      paramLabel = "AUTHOR",
      description = "'Name <address>'; otherwise CORAL_AUTHOR, otherwise user@host.")
  private @Nullable String author;

  @Option(
      names = {"--note"},
      paramLabel = "KEY=VALUE",
      description = "Note something about this commit, for instance loss=0.31.")
  private Map<String, String> notes = new LinkedHashMap<>();

  CommitVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (message.isBlank()) {
      throw new InvalidInputException("The message is empty; say why with -m MESSAGE.");
    }
    Author who = shell().author(author);
    try (Repository repository = shell().repository()) {
      Staging staging = repository.staging();
      Staging.Status status = staging.status();
      CommitId id =
          showing(
              "commit", () -> staging.commit(message, begun -> begun.author(who).metadata(notes)));
      String branch =
          repository.head() instanceof Head.Attached attached ? attached.branch() : "HEAD";
      print(
          "["
              + Texts.name(branch)
              + " "
              + paint(Colour.YELLOW, id.abbreviated())
              + "] "
              + subject());
      print(
          status.added().size()
              + " added, "
              + status.changed().size()
              + " changed, "
              + status.removed().size()
              + " removed");
    }
    return 0;
  }

  private String subject() {
    return Quoted.escape(message.lines().findFirst().orElse(""));
  }
}
