package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.WatchedDeletes;
import io.coralml.io.StagedWrite;
import io.coralml.io.StorageLock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Git packs are merged beside commits")
class PackTiersTest {
  private static final int PACKS = 16;

  private final WatchedDeletes storage = new WatchedDeletes("locks/history");
  private final List<ObjectId> objects = new ArrayList<>();

  @BeforeEach
  void writePacks() {
    storage.createDirectory(GitPack.DIRECTORY);
    storage.createDirectory("locks");
    for (int i = 0; i < PACKS; i++) {
      GitObject object =
          new GitObject(Constants.OBJ_BLOB, ("blob " + i).getBytes(StandardCharsets.UTF_8));
      try (PackOutput output = new PackOutput(storage, 1)) {
        output.add(object.id(), object);
        StagedWrite.run(storage, output);
      }
      objects.add(object.id());
    }
  }

  private StorageLock lock() {
    return storage.lock("locks/history");
  }

  private void settle(Runnable meanwhile) {
    new PackTiers(storage, new ObjectDatabase(storage))
        .settleBeside(
            () -> {
              meanwhile.run();
              return lock();
            });
  }

  @Test
  @DisplayName("which become one, with every object")
  void merged() {
    settle(() -> {});
    ObjectDatabase after = new ObjectDatabase(storage);
    assertThat(after.packs()).hasSize(1);
    assertThat(objects).allSatisfy(id -> assertThat(after.find(id)).isPresent());
    lock().close();
  }

  @Test
  @DisplayName(
      "and are found by whoever knows only those that were merged, and asks if more is due")
  void mergedByOthers() {
    ObjectDatabase before = new ObjectDatabase(storage);
    ObjectDatabase asked = new ObjectDatabase(storage);
    settle(() -> {});
    assertThat(objects).allMatch(before::has);
    assertThat(before.has(ObjectId.zeroId())).isFalse();
    assertThat(new PackTiers(storage, asked).isDue()).isTrue();
  }

  @Test
  @DisplayName("unless one of them was cleaned away meanwhile, whose objects must not come back")
  void cleanedMeanwhile() {
    ObjectId gone = objects.get(3);
    settle(() -> remove(gone));
    ObjectDatabase after = new ObjectDatabase(storage);
    assertThat(after.packs()).hasSize(PACKS - 1);
    assertThat(after.find(gone)).isEmpty();
    assertThat(storage.list("tmp")).isEmpty();
    lock().close();
  }

  /**
   * The name of a git pack is the sum of its bytes, so that whoever leaves out all other objects
   * makes one of the old packs again.
   */
  @ParameterizedTest(name = "and are not taken for those that were merged when made again: {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void sameAgain(int turn) {
    ObjectId kept = objects.get(3);
    AtomicInteger turns = new AtomicInteger();
    settle(
        () -> {
          if (turns.incrementAndGet() == turn) {
            ObjectDatabase database = new ObjectDatabase(storage);
            new PackTiers(storage, database).merge(database.packs(), Set.of(kept));
          }
        });
    assertThat(turns).hasValueGreaterThanOrEqualTo(turn);
    ObjectDatabase after = new ObjectDatabase(storage);
    assertThat(after.packs()).hasSize(1);
    assertThat(objects).filteredOn(id -> after.find(id).isPresent()).containsExactly(kept);
  }

  @Test
  @DisplayName("which go in turns, so that nobody has made one of them again just then")
  void inTurns() {
    AtomicInteger unheld = new AtomicInteger();
    storage.watch(unheld::incrementAndGet);
    settle(() -> {});
    assertThat(storage.deleted()).hasSizeGreaterThanOrEqualTo(2 * PACKS);
    assertThat(unheld).hasValue(0);
  }

  @Test
  @DisplayName("which go with both their files in one turn, so that none is left that counts twice")
  void bothFiles() {
    List<Integer> alone = new ArrayList<>();
    settle(
        () -> {
          List<String> files = storage.list(GitPack.DIRECTORY);
          alone.add(
              (int)
                  files.stream().filter(name -> !files.contains(GitPack.otherHalf(name))).count());
        });
    assertThat(alone).hasSizeGreaterThan(2).containsOnly(0);
  }

  @Test
  @DisplayName("whose objects are found also by whoever looks when the index alone has gone")
  void indexGone() {
    ObjectDatabase before = new ObjectDatabase(storage);
    Map<String, byte[]> files = storage.files();
    settle(() -> {});
    files.keySet().removeIf(name -> !name.endsWith(".pack"));
    files.forEach(storage::plant);
    assertThat(objects).allSatisfy(each -> assertThat(before.find(each)).isPresent());
  }

  private void remove(ObjectId object) {
    ObjectDatabase database = new ObjectDatabase(storage);
    List<GitPack> packs =
        database.packs().stream().filter(pack -> pack.index().find(object) >= 0).toList();
    new PackTiers(storage, database).merge(packs, Set.of());
  }

  @Test
  @DisplayName("but not by whoever has the turn, while somebody merges")
  void notTwice() {
    StorageLock merging = storage.lock(History.MERGING);
    ObjectDatabase database = new ObjectDatabase(storage);
    try (HistorySession session =
        new HistorySession(storage, database, new RefStore(storage), new WeightTree(), lock())) {
      session.settle();
      assertThat(database.packs()).hasSize(PACKS);
    } finally {
      merging.close();
    }
  }
}
