package io.coralml.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.HistoryView.PointerChange;
import io.coralml.history.Tag;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Show one commit and what it changed, and the tag if one is named.")
final class ShowVerb extends Verb {
  @Parameters(
      arity = "0..1",
      paramLabel = "REVISION",
      description = "Which commit; HEAD when absent.")
  private String revision = "HEAD";

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  ShowVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Snapshot snapshot = repository.snapshot(revision);
      Optional<Tag> tag = repository.history().tagOf(revision).filter(it -> it.note().isPresent());
      Commit commit = snapshot.commit();
      Optional<CommitId> parent = commit.parents().stream().findFirst();
      SortedMap<String, PointerChange> changes =
          repository.history().changes(parent, Optional.of(commit.id()));
      if (asJson) {
        json(tag, snapshot, changes);
      } else {
        tag.ifPresent(this::text);
        text(snapshot, changes);
      }
    }
    return 0;
  }

  private static String kind(PointerChange change) {
    if (change.before() == null) {
      return "added";
    }
    return change.after() == null ? "removed" : "changed";
  }

  private String label(String kind) {
    Colour colour =
        switch (kind) {
          case "added" -> Colour.GREEN;
          case "removed" -> Colour.RED;
          default -> Colour.CYAN;
        };
    return paint(colour, kind) + " ".repeat(9 - kind.length());
  }

  private void text(Tag tag) {
    print(paint(Colour.YELLOW, "tag " + Texts.name(tag.name())));
    tag.note()
        .ifPresent(
            note -> {
              print("Tagger: " + Texts.name(note.author().toString()));
              print("Date:   " + DateTimeFormatter.ISO_INSTANT.format(note.time()));
              print("");
              note.message().lines().forEach(line -> print("    " + Texts.name(line)));
              print("");
            });
  }

  private void text(Snapshot snapshot, SortedMap<String, PointerChange> changes) {
    Commit commit = snapshot.commit();
    print(paint(Colour.YELLOW, "commit " + commit.id()));
    commit.parents().forEach(parent -> print("Parent: " + parent));
    print("Author: " + Texts.name(commit.author().toString()));
    print("Date:   " + DateTimeFormatter.ISO_INSTANT.format(commit.time()));
    snapshot.metadata().forEach((key, value) -> print("Note:   " + Texts.name(key + "=" + value)));
    print("");
    commit.message().lines().forEach(line -> print("    " + Texts.name(line)));
    print("");
    changes.forEach((name, change) -> print(label(kind(change)) + Texts.name(name)));
  }

  private static void write(JsonGenerator json, Tag tag, Tag.Note note) throws IOException {
    json.writeObjectFieldStart("tag");
    json.writeStringField("name", tag.name());
    json.writeStringField("author", note.author().toString());
    json.writeStringField("time", note.time().toString());
    json.writeStringField("message", note.message());
    json.writeEndObject();
  }

  private void json(
      Optional<Tag> tag, Snapshot snapshot, SortedMap<String, PointerChange> changes) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          if (tag.isPresent() && tag.get().note().isPresent()) {
            write(json, tag.get(), tag.get().note().get());
          }
          json.writeFieldName("commit");
          LogVerb.write(json, snapshot.commit(), snapshot.metadata());
          json.writeObjectFieldStart("changes");
          for (var change : changes.entrySet()) {
            json.writeStringField(change.getKey(), kind(change.getValue()));
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }
}
