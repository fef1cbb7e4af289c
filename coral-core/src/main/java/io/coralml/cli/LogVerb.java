package io.coralml.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.coralml.InvalidInputException;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.HistoryView;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "log", description = "List the commits that led to a revision, newest first.")
final class LogVerb extends Verb {
  @Parameters(
      arity = "0..1",
      paramLabel = "REVISION",
      description = "Where to begin; HEAD when absent.")
  private String revision = "HEAD";

  @Option(
      names = {"-n", "--max-count"},
      paramLabel = "COUNT",
      description = "Stop after so many commits.")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--oneline", description = "One line for each commit.")
  private boolean oneline;

  @Option(names = "--graph", description = "Draw how branches part and meet; one line a commit.")
  private boolean graph;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  LogVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new InvalidInputException(
          "The number of commits cannot be negative; it is " + limit + ".");
    }
    try (Repository repository = shell().repository()) {
      Iterable<Commit> commits = repository.log(revision);
      if (graph && !asJson) {
        new CommitGraph(this::print, id -> paint(Colour.YELLOW, id))
            .draw(
                repository
                    .history()
                    .log(List.of(repository.resolve(revision)), HistoryView.Order.CHILDREN_FIRST),
                limit);
      } else if (asJson) {
        json(repository, commits);
      } else {
        text(repository, commits);
      }
    }
    return 0;
  }

  private void text(Repository repository, Iterable<Commit> commits) {
    Iterator<Commit> each = commits.iterator();
    for (int i = 0; i < limit && each.hasNext(); i++) {
      Commit commit = each.next();
      if (oneline) {
        print(
            paint(Colour.YELLOW, commit.id().abbreviated())
                + " "
                + Quoted.escape(commit.subject()));
      } else {
        print((i == 0 ? "" : System.lineSeparator()) + title(commit));
        print("Author: " + Quoted.escape(commit.author().toString()));
        print("Date:   " + DateTimeFormatter.ISO_INSTANT.format(commit.time()));
        notes(repository.snapshot(commit.id()).metadata());
        print("");
        commit.message().lines().forEach(line -> print("    " + Quoted.escape(line)));
      }
    }
  }

  private String title(Commit commit) {
    return paint(Colour.YELLOW, "commit " + commit.id());
  }

  private void notes(Map<String, String> notes) {
    notes.forEach((key, value) -> print("Note:   " + Quoted.escape(key + "=" + value)));
  }

  private void json(Repository repository, Iterable<Commit> commits) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartArray();
          Iterator<Commit> each = commits.iterator();
          for (int i = 0; i < limit && each.hasNext(); i++) {
            Commit commit = each.next();
            write(json, commit, repository.snapshot(commit.id()).metadata());
          }
          json.writeEndArray();
        });
  }

  static void write(JsonGenerator json, Commit commit, @Nullable Map<String, String> notes)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", commit.id().hex());
    Json.strings(json, "parents", hex(commit.parents()));
    json.writeStringField("author", commit.author().toString());
    json.writeStringField("time", commit.time().toString());
    json.writeStringField("message", commit.message());
    if (notes != null) {
      Json.strings(json, "metadata", notes);
    }
    json.writeEndObject();
  }

  private static List<String> hex(List<CommitId> ids) {
    return ids.stream().map(CommitId::hex).toList();
  }
}
