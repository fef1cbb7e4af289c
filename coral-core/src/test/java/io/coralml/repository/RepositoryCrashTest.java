package io.coralml.repository;

import static io.coralml.repository.CrashFixture.CLOCK;
import static io.coralml.repository.CrashFixture.tensor;
import static io.coralml.repository.CrashFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.NotFoundException;
import io.coralml.crash.CrashCheck;
import io.coralml.crash.CrashExplorer;
import io.coralml.crash.CrashReport;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.qameta.allure.Allure;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Goes through what a power loss leaves behind of everything that writes. Each {@link
 * CrashScenario} says how many states it must reach, so that an exploration which has become
 * shallow fails; the report shows the operations, prefixes and states of each.
 */
@Tag("integrity")
@DisplayName("Invariants 2, 3 and 4: after a power loss at any moment")
class RepositoryCrashTest {
  /** The repository opens, holds all that was promised and nothing by halves, and goes on. */
  private static void intact(MemoryStorage left, List<Object> promised) {
    if (promised.isEmpty() && !opens(left)) {
      Repository.init(left, CLOCK).close();
    }
    with(
        left,
        repository -> {
          promised.forEach(each -> ((Promise) each).requireKept(repository));
          wholeHistory(repository);
          CommitId more = repository.transaction("main").put("after", tensor(99)).commit("goes on");
          assertThat(repository.snapshot(more).tensor("after")).isEqualTo(tensor(99));
        });
  }

  private static boolean opens(Storage left) {
    try {
      Repository.open(left, CLOCK).close();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static void wholeHistory(Repository repository) {
    for (String branch : repository.branches().all().keySet()) {
      for (Commit commit : repository.log(branch)) {
        assertThat(repository.snapshot(commit.id()).infos()).isNotEmpty();
      }
      Snapshot head = repository.snapshot(branch);
      head.names().forEach(name -> assertThat(head.tensor(name)).isNotNull());
    }
    repository.staging().status();
  }

  @ParameterizedTest(name = "{0}: every acknowledged commit is whole and exact")
  @EnumSource(CrashScenario.class)
  void survives(CrashScenario scenario) {
    CrashReport report =
        new CrashExplorer(scenario.recorded()).explore(RepositoryCrashTest::intact);
    Allure.parameter("explored", report);
    assertThat(report.states()).as("%s", report).isGreaterThanOrEqualTo(scenario.states());
  }

  /**
   * Of two who force the same directory one may cover for the other, so {@link
   * CrashScenario#MERGE_BESIDE_COMMITS} does not take part; {@link CrashScenario#PACK_MERGE} has
   * its forces.
   */
  @ParameterizedTest(name = "{0}: without any one of the forces that would not be so")
  @EnumSource(value = CrashScenario.class, mode = Mode.EXCLUDE, names = "MERGE_BESIDE_COMMITS")
  void everyForceMatters(CrashScenario scenario) {
    CrashExplorer explorer = new CrashExplorer(scenario.recorded());
    CrashCheck check = RepositoryCrashTest::intact;
    // Directories that init makes are made again by whoever misses one, so only its files matter.
    List<String> unnoticed = explorer.unnoticedForces(check);
    if (scenario == CrashScenario.INIT) {
      assertThat(unnoticed).allMatch(force -> force.contains("force of directory"));
    } else if (scenario == CrashScenario.OF_A_KILLED_WRITER
        || scenario == CrashScenario.MERGE_OF_A_KILLED_WRITER) {
      // The reference that he had prepared never got its name.
      assertThat(unnoticed).hasSize(1).allMatch(force -> force.contains("force of 'tmp/"));
    } else {
      // A branch that is put at a commit somebody else wrote forces its names again. Only where
      // that one was killed it matters.
      assertThat(unnoticed).hasSize(scenario.branchesAtOldCommits() * 2);
      assertThat(unnoticed).allMatch(force -> force.contains("force of directory"));
      assertThat(unnoticed).allMatch(force -> force.contains("pack"));
    }
    assertThat(explorer.forces()).isPositive();
  }

  @Test
  @DisplayName("a force that is taken away is noticed: the exploration is deep enough to say so")
  void forcesAreCounted() {
    assertThat(new CrashExplorer(CrashScenario.COMMITS.recorded()).forces()).isGreaterThan(20);
  }
}
