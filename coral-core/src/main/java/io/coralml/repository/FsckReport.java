package io.coralml.repository;

import io.coralml.history.CommitId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a check of a repository found.
 *
 * @param level how closely it looked
 * @param commits commits that were looked at
 * @param tensors different tensors in the store
 * @param bytesChecked encoded bytes of tensors that were read and verified
 * @param findings what is wrong, each in a sentence
 * @param affected names of the tensors that cannot be read, by commit
 * @param repair what to do, one step a line, in order; empty when nothing is wrong
 */
public record FsckReport(
    FsckLevel level,
    int commits,
    int tensors,
    long bytesChecked,
    List<String> findings,
    SortedMap<CommitId, Set<String>> affected,
    List<String> repair) {

  /** Keeps copies. */
  public FsckReport {
    findings = List.copyOf(findings);
    affected = Collections.unmodifiableSortedMap(new TreeMap<>(affected));
    repair = List.copyOf(repair);
  }

  /** Returns whether nothing is wrong. */
  public boolean isSound() {
    return findings.isEmpty();
  }
}
