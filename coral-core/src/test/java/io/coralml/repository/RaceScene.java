package io.coralml.repository;

import static io.coralml.repository.CrashFixture.CLOCK;
import static io.coralml.repository.CrashFixture.big;
import static io.coralml.repository.CrashFixture.commit;
import static io.coralml.repository.CrashFixture.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.format.TensorFile;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.store.ObjectStore;
import io.coralml.store.PutBatch;
import io.coralml.store.StoreOptions;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A repository in which every {@link Errand} finds something to do: both kinds of packs are due to
 * be merged, there are tensors, commits and entries of logs to be cleaned away, one of them the
 * base of a delta that stays, a tensor that is stored twice, and a staged one.
 *
 * @param storage to be copied
 * @param kept where each branch stands
 * @param lost a commit that nothing refers to
 * @param damaged whether a pack is damaged
 */
record RaceScene(
    MemoryStorage storage, SortedMap<String, CommitId> kept, CommitId lost, boolean damaged) {
  /** When everything in it was made long ago, for a clean-up that waits for nothing. */
  static final Clock LATER = Clock.offset(CLOCK, Duration.ofHours(1));

  static final String SIDE = "side";
  static final String OLD = "old";
  static final String STAGED = "staged";

  static final String LOST = "lost";

  private static final int COMMITS = 10;

  /** With so many packs of either kind whoever commits makes room first. */
  private static final int CROWD = 48;

  /** What is committed to a branch. */
  static Tensor on(String branch) {
    return tensor(40 + List.of(SIDE, OLD, LOST).indexOf(branch));
  }

  /** What is stored and nothing refers to, until somebody commits it again. */
  static Tensor forgotten() {
    return big(5);
  }

  /** What is stored twice. */
  private static Tensor twice() {
    return tensor(60);
  }

  /** What is in one of the two packs besides. */
  private static Tensor beside() {
    return tensor(61);
  }

  static RaceScene ofSoundPacks() {
    MemoryStorage storage = new MemoryStorage();
    Repository.init(storage, CLOCK).close();
    try (Repository repository = Repository.open(storage, CLOCK, merging -> {})) {
      for (int i = 1; i <= COMMITS; i++) {
        commit(repository, "main", i);
      }
      repository.transaction("main").put("big", big(2)).commit("a base");
      repository.transaction("main").put("big", big(3)).commit("a delta");
      unreferred(repository);
      repository.transaction("main").put("heir", big(1)).commit("a delta whose base goes");
      storeTwice(storage);
      repository
          .transaction("main")
          .put("twice", twice())
          .put("beside", beside())
          .commit("what is stored twice");
      for (String branch : List.of(SIDE, OLD, LOST)) {
        repository.branches().create(branch, repository.resolve("main~1"));
        repository.transaction(branch).put(branch, on(branch)).commit("on a branch");
      }
      CommitId lost = repository.resolve(LOST);
      repository.branches().delete(LOST);
      repository.staging().add(file(STAGED, tensor(81)), Staging.Mode.UPSERT);
      repository.store().rebuildIndex();
      assertThat(repository.store().info(big(1).id()).orElseThrow().base()).isEqualTo(big(0).id());
      assertThat(repository.history().packCount()).isGreaterThanOrEqualTo(16);
      assertThat(repository.store().stats().packs()).isGreaterThanOrEqualTo(16);
      return new RaceScene(storage, repository.branches().all(), lost, false);
    }
  }

  /** Stores a base that nothing will refer to, and a tensor that only waits for a commit. */
  private static void unreferred(Repository repository) {
    try (PutBatch batch = repository.store().begin()) {
      batch.put(big(0), null);
      batch.put(big(1), big(0).id());
      batch.seal();
    }
    try (PutBatch batch = repository.store().begin()) {
      batch.put(forgotten(), null);
      batch.seal();
    }
  }

  /** As two processes do that put the same at once. */
  private static void storeTwice(Storage storage) {
    StoreOptions options = StoreOptions.defaults().withClock(CLOCK);
    try (ObjectStore one = ObjectStore.open(storage, options, merging -> {});
        ObjectStore other = ObjectStore.open(storage, options, merging -> {});
        PutBatch first = one.begin();
        PutBatch second = other.begin()) {
      first.put(twice(), null);
      second.put(twice(), null);
      second.put(beside(), null);
      first.seal();
      second.seal();
    }
  }

  /** The same, but there is hardly room for another pack. */
  static RaceScene ofManyPacks() {
    RaceScene scene = ofSoundPacks();
    MemoryStorage storage = scene.storage();
    try (Repository repository = Repository.open(storage, CLOCK, merging -> {})) {
      for (int i = 0; repository.history().packCount() < CROWD; i++) {
        CommitId tip = repository.resolve("main");
        repository.tags().annotate("tag" + i, tip, new Author("a", ""), "tag " + i);
      }
      for (int i = 0; repository.store().stats().packs() < CROWD; i++) {
        try (PutBatch batch = repository.store().begin()) {
          batch.put(tensor(1000 + i), null);
          batch.seal();
        }
      }
    }
    return scene;
  }

  /** The same, but one copy of the tensor that is stored twice is damaged. */
  static RaceScene withDamage() {
    RaceScene scene = ofSoundPacks();
    MemoryStorage storage = scene.storage();
    String pack = "";
    for (String name : storage.list(ObjectStore.DIRECTORY)) {
      String file = StorageNames.child(ObjectStore.DIRECTORY, name);
      if (PackFormat.isPackName(name) && holds(storage, name)) {
        pack = file;
      }
    }
    byte[] bytes = storage.files().get(pack);
    bytes[PackFormat.HEADER_BYTES] ^= 1;
    storage.plant(pack, bytes);
    return new RaceScene(storage, scene.kept(), scene.lost(), true);
  }

  private static boolean holds(MemoryStorage storage, String pack) {
    MemoryStorage alone = new MemoryStorage();
    String file = StorageNames.child(ObjectStore.DIRECTORY, pack);
    alone.plant(file, storage.files().get(file));
    try (ObjectStore store = ObjectStore.open(alone, StoreOptions.defaults())) {
      return store.contains(twice().id()) && store.contains(beside().id());
    }
  }

  static TensorFile file(String name, Tensor tensor) {
    return new TensorFile() {
      @Override
      public Set<String> names() {
        return Set.of(name);
      }

      @Override
      public TensorSource tensor(String wanted) {
        return tensor;
      }

      @Override
      public Map<String, String> metadata() {
        return new TreeMap<>();
      }

      @Override
      public void close() {}
    };
  }
}
