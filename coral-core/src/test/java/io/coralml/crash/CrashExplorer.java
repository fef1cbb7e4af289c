package io.coralml.crash;

import io.coralml.crash.CrashingStorage.Acknowledgement;
import io.coralml.crash.CrashingStorage.Force;
import io.coralml.crash.CrashingStorage.ForceDirectory;
import io.coralml.crash.CrashingStorage.Names;
import io.coralml.crash.CrashingStorage.Operation;
import io.coralml.crash.CrashingStorage.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through what a power loss may leave behind of a recorded run: for every prefix of the
 * operations, what was forced is there, and of the rest (writes to files, and changes of names,
 * each by itself) nothing, everything, everything but one, one alone, every beginning, all subsets
 * when they are few and a seeded sample of them otherwise; with lost writes as zeros or as a
 * shorter file; and with the last write torn. Equal states are checked once.
 */
public final class CrashExplorer {
  private static final int NO_FORCE = -1;
  private static final int ALL_SUBSETS_UP_TO = 5;
  private static final int SAMPLED_SUBSETS = 16;
  private static final int SINGLED_OUT = Integer.getInteger("coral.test.crash.singled-out", 10);

  private final CrashingStorage recorded;
  private final List<Operation> operations;
  private final List<List<Integer>> forcesOf;
  private final long seed;

  /** Takes over what was recorded so far. */
  public CrashExplorer(CrashingStorage recorded) {
    this(recorded, 20260101L);
  }

  /**
   * Takes over what was recorded so far.
   *
   * @param seed of the sample of subsets; a failure prints it
   */
  public CrashExplorer(CrashingStorage recorded, long seed) {
    this.recorded = recorded;
    this.operations = recorded.operations();
    this.forcesOf = forcesOf(operations);
    this.seed = seed;
  }

  /**
   * Checks every state.
   *
   * @throws AssertionError at the first one whose check throws, saying which it was
   */
  public CrashReport explore(CrashCheck check) {
    Set<String> seen = new HashSet<>();
    for (int prefix = 0; prefix <= operations.size(); prefix++) {
      List<CrashState> fresh = new ArrayList<>();
      for (CrashState state : states(prefix, NO_FORCE)) {
        if (seen.add(state.fingerprint())) {
          fresh.add(state);
        }
      }
      // States have nothing to do with one another, so they are looked at side by side.
      fresh.parallelStream()
          .flatMap(state -> Stream.ofNullable(failed(state, check)))
          .findFirst()
          .ifPresent(
              error -> {
                throw error;
              });
    }
    return new CrashReport(operations.size(), operations.size() + 1, seen.size());
  }

  private @Nullable AssertionError failed(CrashState state, CrashCheck check) {
    Throwable failure = failure(state, check);
    return failure == null
        ? null
        : new AssertionError(
            "After a power loss that left " + state.describe() + " (seed " + seed + "): " + failure,
            failure);
  }

  /**
   * Takes away each force in turn and explores again.
   *
   * @return the forces without which the check still never failed: either they are not needed, or
   *     the check does not look closely enough
   */
  public List<String> unnoticedForces(CrashCheck check) {
    // Forces have nothing to do with one another, so they are taken away side by side.
    return IntStream.range(0, operations.size())
        .parallel()
        .filter(at -> isForce(operations.get(at)) && !noticed(at, check))
        .mapToObj(at -> CrashState.describe(recorded, operations, at))
        .toList();
  }

  private static boolean isForce(Operation operation) {
    return operation instanceof Force || operation instanceof ForceDirectory;
  }

  /** Returns how many forces were recorded. */
  public int forces() {
    return (int) operations.stream().filter(CrashExplorer::isForce).count();
  }

  private boolean noticed(int force, CrashCheck check) {
    Set<String> seen = new HashSet<>();
    for (int prefix : likeliestFirst(force + 1)) {
      for (CrashState state : states(prefix, force)) {
        if (seen.add(state.fingerprint()) && failure(state, check) != null) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the prefixes from one on, those first at whose end something was just promised. */
  private List<Integer> likeliestFirst(int from) {
    List<Integer> promised = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int prefix = from; prefix <= operations.size(); prefix++) {
      (isAcknowledgement(operations.get(prefix - 1)) ? promised : others).add(prefix);
    }
    promised.addAll(others);
    return promised;
  }

  /** Whatever a check throws is its answer, errors included. */
  private static @Nullable Throwable failure(CrashState state, CrashCheck check) {
    try {
      check.check(state.storage(), state.acknowledged());
      return null;
    } catch (Exception | AssertionError e) {
      return e;
    }
  }

  private List<CrashState> states(int prefix, int ignoredForce) {
    List<Integer> open = unforced(prefix, ignoredForce);
    List<CrashState> states = new ArrayList<>();
    for (BitSet kept : subsets(open, prefix)) {
      states.add(new CrashState(recorded, operations, prefix, lost(open, kept), false, 0));
    }
    BitSet none = lost(open, new BitSet());
    states.add(new CrashState(recorded, operations, prefix, none, true, 0));
    if (prefix > 0 && operations.get(prefix - 1) instanceof Write write) {
      for (int torn : new int[] {1, write.length() / 2, write.length() - 1}) {
        BitSet lost = new BitSet();
        states.add(new CrashState(recorded, operations, prefix, lost, false, torn));
        states.add(new CrashState(recorded, operations, prefix, lost, true, torn));
      }
    }
    return states;
  }

  /** Returns the operations that no later force covers. */
  private List<Integer> unforced(int prefix, int ignoredForce) {
    List<Integer> open = new ArrayList<>();
    for (int at = 0; at < prefix; at++) {
      Operation operation = operations.get(at);
      boolean effect = operation instanceof Write || operation instanceof Names;
      if (effect && firstForce(at, ignoredForce) >= prefix) {
        open.add(at);
      }
    }
    return open;
  }

  /** Returns the first force of an effect other than one; a number beyond all if there is none. */
  private int firstForce(int effect, int ignoredForce) {
    for (int force : forcesOf.get(effect)) {
      if (force != ignoredForce) {
        return force;
      }
    }
    return Integer.MAX_VALUE;
  }

  /** Returns the first two forces of each effect: one of them may be taken away. */
  private static List<List<Integer>> forcesOf(List<Operation> operations) {
    List<List<Integer>> forces = new ArrayList<>();
    for (int at = 0; at < operations.size(); at++) {
      Operation effect = operations.get(at);
      forces.add(
          IntStream.range(at + 1, operations.size())
              .filter(later -> covers(operations.get(later), effect))
              .limit(2)
              .boxed()
              .toList());
    }
    return forces;
  }

  private static boolean covers(Operation force, Operation effect) {
    if (effect instanceof Write write) {
      return force instanceof Force forced && forced.node() == write.node();
    }
    return effect instanceof Names names
        && force instanceof ForceDirectory forced
        && forced.directory().equals(names.directory());
  }

  /** Returns which of the open operations, counted within their list, survive. */
  private Set<BitSet> subsets(List<Integer> open, int prefix) {
    int count = open.size();
    Set<BitSet> subsets = new LinkedHashSet<>();
    subsets.add(new BitSet());
    if (count <= ALL_SUBSETS_UP_TO) {
      for (long bits = 1; bits < 1L << count; bits++) {
        subsets.add(BitSet.valueOf(new long[] {bits}));
      }
      return subsets;
    }
    BitSet all = new BitSet();
    all.set(0, count);
    subsets.add(all);
    // Of very many each is singled out at some prefixes only, unless told to be thorough.
    int step = Math.max(1, count / SINGLED_OUT);
    for (int one = prefix % step; one < count; one += step) {
      BitSet alone = new BitSet();
      alone.set(one);
      BitSet without = (BitSet) all.clone();
      without.clear(one);
      BitSet beginning = new BitSet();
      beginning.set(0, one);
      subsets.addAll(Arrays.asList(without, alone, beginning));
    }
    Random random = new Random(seed + prefix);
    for (int i = 0; i < SAMPLED_SUBSETS; i++) {
      BitSet some = new BitSet();
      for (int each = 0; each < count; each++) {
        some.set(each, random.nextBoolean());
      }
      subsets.add(some);
    }
    return subsets;
  }

  private static BitSet lost(List<Integer> open, BitSet kept) {
    BitSet lost = new BitSet();
    for (int i = 0; i < open.size(); i++) {
      if (!kept.get(i)) {
        lost.set(open.get(i));
      }
    }
    return lost;
  }

  static boolean isAcknowledgement(Operation operation) {
    return operation instanceof Acknowledgement;
  }
}
