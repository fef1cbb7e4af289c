package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.history.Tag;
import io.coralml.repository.Repository;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tag", description = "List, make or delete tags.")
final class TagVerb extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The tag to make or delete; all are listed when absent.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REVISION",
      description = "What it stands for; HEAD when absent.")
  private String revision = "HEAD";

  @Option(
      names = {"-m", "--message"},
      paramLabel = "MESSAGE",
      description = "Make an annotated tag that says this.")
  private @Nullable String message;

  @Option(names = "--author", paramLabel = "AUTHOR", description = "As for commit.")
  private @Nullable String author;

  @Option(
      names = {"-d", "--delete"},
      description = "Delete the tag.")
  private boolean delete;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  TagVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      if (name == null) {
        list(repository.tags().all());
      } else if (delete) {
        repository.tags().delete(name);
        print("Deleted the tag " + Texts.name(name));
      } else {
        CommitId at = repository.resolve(revision);
        if (message == null) {
          repository.tags().create(name, at);
        } else {
          repository.tags().annotate(name, at, shell().author(author), message);
        }
        print("Made the tag " + Texts.name(name) + " at " + at.abbreviated());
      }
    }
    return 0;
  }

  private void list(Map<String, Tag> tags) {
    if (!asJson) {
      tags.forEach(
          (tag, value) ->
              print(
                  Texts.name(tag)
                      + " "
                      + value.commit().abbreviated()
                      + value.note().map(note -> "  " + Texts.name(note.message())).orElse("")));
      return;
    }
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          for (Map.Entry<String, Tag> each : tags.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue().commit().hex());
          }
          json.writeEndObject();
        });
  }
}
