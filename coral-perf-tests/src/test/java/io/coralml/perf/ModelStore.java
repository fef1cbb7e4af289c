package io.coralml.perf;

import io.coralml.history.CommitId;
import io.coralml.perf.models.Model;
import io.coralml.perf.models.Scenario;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import io.coralml.tensor.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Saves models into a repository the way people do: a variation is a branch from the model it was
 * made from.
 */
public final class ModelStore {
  private ModelStore() {}

  /** Commits every tensor of a model to a branch. */
  public static CommitId commit(
      Repository repository, String branch, Map<String, ? extends TensorSource> model) {
    Transaction transaction = repository.transaction(branch);
    model.forEach(transaction::put);
    return transaction.commit("save on " + branch);
  }

  /**
   * Saves a scenario. A save whose tensor names were seen before becomes a branch from the first
   * save that had them; other saves go to main.
   *
   * @return the branch of each save, in order
   */
  static Map<String, Model> saveAsBranches(Repository repository, Scenario scenario) {
    Map<Set<String>, CommitId> bases = new LinkedHashMap<>();
    Map<String, Model> saved = new LinkedHashMap<>();
    for (Model save : scenario.saves()) {
      CommitId base = bases.get(save.tensors().keySet());
      String branch = base == null && bases.isEmpty() ? "main" : save.name();
      if (base != null || !bases.isEmpty()) {
        repository
            .branches()
            .create(branch, base != null ? base : bases.values().iterator().next());
      }
      CommitId commit = commit(repository, branch, save.tensors());
      bases.putIfAbsent(save.tensors().keySet(), commit);
      saved.put(branch, save);
    }
    return saved;
  }

  /** Saves a scenario's models one after the other on main, as a training run does. */
  static List<CommitId> saveInSequence(Repository repository, Scenario scenario) {
    return scenario.saves().stream()
        .map(save -> commit(repository, "main", save.tensors()))
        .toList();
  }

  /** Returns the bytes of all tensors of a model. */
  public static long rawBytes(Map<String, ? extends TensorSource> model) {
    return model.values().stream().mapToLong(TensorSource::byteLength).sum();
  }
}
