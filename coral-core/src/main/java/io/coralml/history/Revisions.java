package io.coralml.history;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import java.util.List;
import java.util.Optional;

/** Finds the commit a text stands for; see {@link History#resolve}. */
final class Revisions {
  private static final int MAX_LENGTH = 1000;
  private static final int MAX_STEPS = 1_000_000;

  private final History history;

  Revisions(History history) {
    this.history = history;
  }

  CommitId resolve(String revision) {
    if (revision.isEmpty() || revision.length() > MAX_LENGTH) {
      throw new InvalidInputException(
          "A revision is a branch, a tag, HEAD or a commit id; this text is none.");
    }
    int end = firstStep(revision);
    CommitId commit = base(revision.substring(0, end)).orElseThrow(() -> notFound(revision));
    int at = end;
    while (at < revision.length()) {
      char step = revision.charAt(at++);
      int digits = at;
      while (at < revision.length() && Character.isDigit(revision.charAt(at))) {
        at++;
      }
      int count = number(revision, digits, at);
      commit = step == '~' ? back(commit, count, revision) : parent(commit, count, revision);
      if (at < revision.length() && revision.charAt(at) != '~' && revision.charAt(at) != '^') {
        throw notFound(revision);
      }
    }
    return commit;
  }

  /** Returns the tag a revision stands for, if it is one and no step leads on from there. */
  Optional<Tag> tag(String revision) {
    boolean whole = revision.startsWith(RefNames.TAGS);
    String name = whole ? revision.substring(RefNames.TAGS.length()) : revision;
    boolean hidden = revision.equals("HEAD") || (!whole && ifValid(name, true, false).isPresent());
    return hidden || !RefNames.isValid(name) ? Optional.empty() : history.tag(name);
  }

  private static int firstStep(String revision) {
    for (int i = 0; i < revision.length(); i++) {
      if (revision.charAt(i) == '~' || revision.charAt(i) == '^') {
        return i;
      }
    }
    return revision.length();
  }

  private static int number(String revision, int from, int to) {
    if (from == to) {
      return 1;
    }
    if (to - from > 7) {
      throw notFound(revision);
    }
    return Integer.parseInt(revision, from, to, 10);
  }

  private CommitId back(CommitId from, int count, String revision) {
    CommitId commit = from;
    for (int i = 0; i < Math.min(count, MAX_STEPS); i++) {
      commit = parent(commit, 1, revision);
    }
    return commit;
  }

  private CommitId parent(CommitId commit, int number, String revision) {
    if (number == 0) {
      return commit;
    }
    List<CommitId> parents = history.commit(commit).parents();
    if (number > parents.size()) {
      throw new NotFoundException(
          Quoted.name(revision) + " goes back beyond the first commit; go back less far.");
    }
    return parents.get(number - 1);
  }

  private Optional<CommitId> base(String text) {
    if (text.equals("HEAD") || text.equals("@")) {
      return Optional.of(
          history
              .headCommit()
              .orElseThrow(
                  () ->
                      new NotFoundException(
                          "There is no commit yet; make the first with 'coral commit'.")));
    }
    if (text.startsWith(RefNames.HEADS)) {
      return ifValid(text.substring(RefNames.HEADS.length()), true, false);
    }
    if (text.startsWith(RefNames.TAGS)) {
      return ifValid(text.substring(RefNames.TAGS.length()), false, true);
    }
    Optional<CommitId> named = ifValid(text, true, true);
    return named.isPresent() ? named : byId(text);
  }

  private Optional<CommitId> ifValid(String name, boolean branches, boolean tags) {
    if (!RefNames.isValid(name)) {
      return Optional.empty();
    }
    Optional<CommitId> branch = branches ? history.branch(name) : Optional.empty();
    return branch.isPresent() || !tags ? branch : history.tag(name).map(Tag::commit);
  }

  private Optional<CommitId> byId(String text) {
    if (CommitId.isFull(text)) {
      CommitId id = new CommitId(text);
      return history.contains(id) ? Optional.of(id) : Optional.empty();
    }
    if (!CommitId.isAbbreviated(text)) {
      return Optional.empty();
    }
    List<CommitId> found = history.startingWith(text);
    if (found.size() > 1) {
      throw new InvalidInputException(
          Quoted.name(text) + " stands for " + found.size() + " commits; give more digits.");
    }
    return found.stream().findFirst();
  }

  private static NotFoundException notFound(String revision) {
    return new NotFoundException(
        "There is no branch, tag or commit "
            + Quoted.name(revision)
            + "; 'coral branch' and 'coral log' list what there is.");
  }
}
