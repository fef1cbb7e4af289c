package io.coralml.repository;

import static io.coralml.repository.CrashFixture.big;
import static io.coralml.repository.CrashFixture.tensor;
import static io.coralml.repository.RaceScene.LOST;
import static io.coralml.repository.RaceScene.OLD;
import static io.coralml.repository.RaceScene.SIDE;
import static io.coralml.repository.RaceScene.STAGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.ConflictException;
import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.history.CommitId;
import io.coralml.store.RepackOptions;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What somebody does with a {@link RaceScene} while somebody else does something too, perhaps the
 * same.
 */
enum Errand {
  /** A new tensor as a delta, one that is stored and was forgotten, and a small one. */
  COMMIT {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      String known = who == 0 ? "heir" : "big";
      Map<String, Tensor> tensors =
          Map.of(
              known,
              big(20 + who),
              "again." + who,
              RaceScene.forgotten(),
              "new." + who,
              tensor(70 + who));
      CommitId id = repository.transaction("main").putAll(tensors).commit("commit");
      tensors.forEach(
          (name, tensor) -> promised.accept(new Promise.Committed("main", id, name, tensor)));
    }
  },
  /** The first commit of a branch, of a file. */
  IMPORT {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      String branch = "imported." + who;
      CommitId id =
          repository
              .transaction(branch)
              .putAll(RaceScene.file("weights", RaceScene.forgotten()))
              .replaceAll()
              .commit("import");
      promised.accept(new Promise.Committed(branch, id, "weights", RaceScene.forgotten()));
    }
  },
  /** A commit to a branch that may be given up meanwhile. */
  COMMIT_ASIDE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      CommitId id =
          repository.transaction(SIDE).put("aside." + who, tensor(50 + who)).commit("aside");
      promised.accept(new Promise.Committed(SIDE, id, "aside." + who, tensor(50 + who)));
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return other.givesUpSide() && how instanceof ConflictException;
    }
  },
  /** A branch is merged into main. */
  MERGE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      CommitId side = repository.resolve(SIDE);
      CommitId id = repository.merge(SIDE).into("main").run().commit().orElseThrow();
      promised.accept(new Promise.Branched("main", id));
      promised.accept(new Promise.Joined("main", side, SIDE, RaceScene.on(SIDE)));
    }

    /** Who cleans away at once what was just given up takes it from under those who read it. */
    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return (other.givesUpSide() && how instanceof NotFoundException)
          || (other == CLEAR_AWAY && how instanceof CorruptDataException);
    }
  },
  /** Another tensor is staged. */
  STAGE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      String name = "staged." + who;
      Tensor tensor = who == 0 ? RaceScene.forgotten() : tensor(91);
      repository.staging().add(RaceScene.file(name, tensor), Staging.Mode.UPSERT);
      promised.accept(new Promise.Staged(name, tensor));
    }
  },
  /** What is staged is committed. */
  COMMIT_STAGED {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      CommitId id = repository.staging().commit("staged", transaction -> transaction);
      promised.accept(new Promise.Committed("main", id, STAGED, tensor(81)));
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return Set.of(COMMIT_STAGED, UNSTAGE, CLEAR_AWAY).contains(other)
          && how instanceof InvalidInputException;
    }
  },
  /** What is staged is forgotten. */
  UNSTAGE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.staging().clear();
    }
  },
  /** A branch is deleted. */
  DELETE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.branches().delete(SIDE);
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return other.givesUpSide() && how instanceof NotFoundException;
    }
  },
  /** A branch is deleted and what is staged is forgotten, and nothing is left of either. */
  CLEAR_AWAY {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      UNSTAGE.run(repository, scene, who, promised);
      DELETE.run(repository, scene, who, promised);
      GC.run(repository, scene, who, promised);
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return DELETE.mayRefuse(other, how);
    }
  },
  /** A branch gets another name: it is made again and deleted. */
  RENAME {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      CommitId at = repository.resolve(OLD);
      String name = "a.renamed." + who;
      repository.branches().create(name, at);
      promised.accept(new Promise.Branched(name, at));
      repository.branches().delete(OLD);
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return (other == RENAME && how instanceof NotFoundException)
          || (other == SWITCH && how instanceof InvalidInputException);
    }
  },
  /** HEAD follows another branch, which may go meanwhile. */
  SWITCH {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.switchTo(OLD);
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return other == RENAME && how instanceof NotFoundException;
    }
  },
  /** A branch is made where nothing has led for a while, if it is still there. */
  REVIVE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      String name = "revived." + who;
      repository.branches().create(name, scene.lost());
      promised.accept(new Promise.Joined(name, scene.lost(), LOST, RaceScene.on(LOST)));
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return Set.of(GC, CLEAR_AWAY).contains(other) && how instanceof NotFoundException;
    }
  },
  /** Packs of both kinds are merged. */
  SETTLE {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.store().begin().close();
      repository.history().settle();
    }
  },
  /** Two tensors change places as base and delta. */
  REPACK {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
      plan.put(big(2).id(), Optional.of(big(3).id()));
      plan.put(big(3).id(), Optional.empty());
      repository.store().repack(plan, RepackOptions.defaults());
    }
  },
  /** Bases are chosen for everything that is stored. */
  CLUSTER {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.repack(repository.repack().plan(ClusteringStrategy.ADAPTIVE));
    }

    @Override
    boolean mayRefuse(Errand other, CoralException how) {
      return Set.of(GC, CLEAR_AWAY).contains(other)
          && (how instanceof InvalidInputException || how instanceof NotFoundException);
    }
  },
  /** What nothing leads to is removed at once. */
  GC {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      repository.gc(GcOptions.immediate());
    }
  },
  /** Damage is looked for and nothing that is live is found missing. */
  FSCK {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  },
  /** Damaged packs are taken out of use, and the index is written anew. */
  REPAIR {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      assertThat(repository.store().repair().lost()).isEmpty();
      repository.store().rebuildIndex();
    }
  },
  /** Everything that stays is read, in pieces and as a whole. */
  READ {
    @Override
    void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised) {
      CommitId tip = scene.kept().get("main");
      assertThat(repository.resolve(tip.hex().substring(0, 8))).isEqualTo(tip);
      Snapshot snapshot = repository.snapshot(tip);
      Map<String, TensorSource> sources = snapshot.sources();
      TensorSource large = snapshot.source("big");
      sources.values().forEach(Errand::inPieces);
      inPieces(large);
      snapshot.tensors(List.of("heir", "twice"));
      repository.log("main").forEach(commit -> repository.snapshot(commit.id()).infos());
    }
  };

  abstract void run(Repository repository, RaceScene scene, int who, Consumer<Promise> promised);

  /** Returns whether this may end with an exception because of what the other one has done. */
  boolean mayRefuse(Errand other, CoralException how) {
    return false;
  }

  /** Returns whether the branch {@link RaceScene#SIDE} may be gone afterwards. */
  boolean givesUpSide() {
    return this == DELETE || this == CLEAR_AWAY;
  }

  private static void inPieces(TensorSource source) {
    int half = (int) source.byteLength() / 2;
    source.read(0, ByteBuffer.allocate(half));
    source.read(half, ByteBuffer.allocate((int) source.byteLength() - half));
  }
}
