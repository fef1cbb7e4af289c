package io.coralml.cli;

import io.coralml.history.Head;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Staging;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Say what the next commit would change.")
final class StatusVerb extends Verb {
  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  StatusVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Head head = repository.head();
      Staging.Status status = repository.staging().status();
      if (asJson) {
        json(head, status);
      } else {
        text(head, status);
      }
    }
    return 0;
  }

  private void text(Head head, Staging.Status status) {
    print(
        head instanceof Head.Attached attached
            ? "On branch " + Texts.name(attached.branch())
            : "HEAD is detached at " + ((Head.Detached) head).commit().abbreviated());
    if (status.isEmpty()) {
      print("Nothing is staged.");
    }
    list(Colour.GREEN, "added:  ", status.added());
    list(Colour.CYAN, "changed:", status.changed());
    list(Colour.RED, "removed:", status.removed());
  }

  private void list(Colour colour, String label, Set<String> names) {
    names.forEach(name -> print("  " + paint(colour, label) + " " + Quoted.escape(name)));
  }

  private void json(Head head, Staging.Status status) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          if (head instanceof Head.Attached attached) {
            json.writeStringField("branch", attached.branch());
          } else {
            json.writeStringField("detached", ((Head.Detached) head).commit().hex());
          }
          Json.strings(json, "added", status.added());
          Json.strings(json, "changed", status.changed());
          Json.strings(json, "removed", status.removed());
          json.writeEndObject();
        });
  }
}
