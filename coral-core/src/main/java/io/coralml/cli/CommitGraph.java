package io.coralml.cli;

import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Draws commits as a graph, one column for each line of descent that is still open: {@code *} is a
 * commit, {@code |\} opens a column for a second parent, {@code |/} closes one that has met
 * another.
 */
final class CommitGraph {
  private final Consumer<String> printer;
  private final UnaryOperator<String> painter;
  private final List<CommitId> columns = new ArrayList<>();

  /**
   * @param printer takes the lines
   * @param painter colours the names of commits
   */
  CommitGraph(Consumer<String> printer, UnaryOperator<String> painter) {
    this.printer = printer;
    this.painter = painter;
  }

  /**
   * Draws commits that come with every child before its parents.
   *
   * @param limit how many at most
   */
  void draw(Iterable<Commit> commits, int limit) {
    int drawn = 0;
    for (Commit commit : commits) {
      if (drawn++ == limit) {
        return;
      }
      draw(commit);
    }
  }

  private void draw(Commit commit) {
    if (!columns.contains(commit.id())) {
      columns.add(commit.id());
    }
    int at = columns.indexOf(commit.id());
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      line.append(i == at ? "* " : "| ");
    }
    printer.accept(
        line + painter.apply(commit.id().abbreviated()) + " " + Texts.name(commit.subject()));
    advance(at, commit.parents());
  }

  private void advance(int at, List<CommitId> parents) {
    int width = columns.size();
    columns.remove(at);
    List<CommitId> fresh = new ArrayList<>(new LinkedHashSet<>(parents));
    fresh.removeAll(columns);
    columns.addAll(at, fresh);
    if (columns.size() > width) {
      printer.accept("| ".repeat(at) + "|\\");
    } else if (columns.size() < width && !columns.isEmpty()) {
      printer.accept("| ".repeat(Math.max(0, at - 1)) + "|/");
    }
  }
}
