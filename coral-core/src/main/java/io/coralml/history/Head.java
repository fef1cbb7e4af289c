package io.coralml.history;

/** What {@code HEAD} stands for: a branch, or one commit. */
public sealed interface Head {
  /**
   * HEAD follows a branch, which may have no commit yet.
   *
   * @param branch the branch's name, without {@code refs/heads/}
   */
  record Attached(String branch) implements Head {}

  /**
   * HEAD stands for one commit and follows no branch.
   *
   * @param commit the commit
   */
  record Detached(CommitId commit) implements Head {}
}
