package io.coralml.perf.models;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A make-up of models to be saved one after the other, fixed once and for all, with its limit.
 *
 * @param name what tables call it
 * @param description the make-up in words
 * @param saves the models, in the order in which they are saved
 */
public record Scenario(String name, String description, List<Model> saves) {
  private static final double SPARSE_FRACTION = 0.001;
  private static final double SMALL = 0.001;
  private static final int ADAPTER_RANK = 8;
  private static final double ADAPTER_SD = 0.1;

  /** Copies the list. */
  public Scenario {
    saves = List.copyOf(saves);
  }

  /** Returns the bytes of all saves. */
  public long rawBytes() {
    return saves.stream().mapToLong(Model::rawBytes).sum();
  }

  /** Returns the number of tensors of all saves. */
  public int tensorCount() {
    return saves.stream().mapToInt(save -> save.tensors().size()).sum();
  }

  /** Returns the sum of the saves' limits, in bytes; no store can need less on average. */
  public double limitBytes() {
    return saves.stream().mapToDouble(Model::limitBytes).sum();
  }

  /** Returns how many times smaller than raw a store at the limit would be. */
  public double limitRatio() {
    return rawBytes() / limitBytes();
  }

  /**
   * Returns SmallCNN and MediumMLP in F32, each with five noise variations (sd 0.001, 0.01, 0.05,
   * 0.05, 0.05) and three exact copies: 18 models, 126 tensors, 21,348,432 bytes.
   */
  public static Scenario eighteenModels(long seed) {
    List<Model> saves = new ArrayList<>();
    for (Architecture architecture : List.of(Architecture.smallCnn(), Architecture.mediumMlp())) {
      Model base = architecture.initialised(FloatFormat.F32, seed).inMemory();
      saves.add(base);
      double[] spreads = {0.001, 0.01, 0.05, 0.05, 0.05};
      for (int i = 0; i < spreads.length; i++) {
        String name = base.name() + "-noise" + (i + 1);
        saves.add(Variations.noise(base, name, spreads[i], seed));
      }
      for (int i = 1; i <= 3; i++) {
        saves.add(base.copy(base.name() + "-copy" + i));
      }
    }
    return new Scenario(
        "18-model set",
        "SmallCNN and MediumMLP in F32, each with noise of sd 0.001, 0.01, 0.05, 0.05, 0.05 and"
            + " three exact copies",
        saves);
  }

  /** Returns a MediumMLP in F32 and 16 fine-tunes of 0.1 % of its elements, noise sd 0.001. */
  public static Scenario similar(long seed) {
    Model base = Architecture.mediumMlp().initialised(FloatFormat.F32, seed).inMemory();
    List<Model> saves = new ArrayList<>(List.of(base));
    for (int i = 1; i <= 16; i++) {
      saves.add(Variations.sparse(base, "fine-tune" + i, SPARSE_FRACTION, SMALL, seed));
    }
    return new Scenario(
        "similar",
        "MediumMLP in F32 and 16 fine-tunes in each of which 0.1 % of the elements get noise of sd"
            + " 0.001",
        saves);
  }

  /** Returns a MediumMLP in F32 and one fine-tune of every element, noise of the given sd. */
  public static Scenario noiseFineTune(double sd, long seed) {
    Model base = Architecture.mediumMlp().initialised(FloatFormat.F32, seed).inMemory();
    return new Scenario(
        "noise " + sd,
        "MediumMLP in F32 and one fine-tune in which every element gets noise of sd " + sd,
        List.of(base, Variations.noise(base, "fine-tune", sd, seed)));
  }

  /**
   * Returns eight late-phase BF16 states of a Transformer stack with normal weights, each made from
   * the one before with an update of 0.001 x the weights' sd, and each saved four times: 32 saves.
   *
   * @param blocks blocks of the stack
   * @param d its width
   */
  public static Scenario checkpoints(int blocks, int d, long seed) {
    Model state =
        Architecture.transformer(blocks, d, 0)
            .late()
            .initialised(FloatFormat.BF16, seed)
            .inMemory();
    List<Model> saves = new ArrayList<>();
    for (int epoch = 1; epoch <= 8; epoch++) {
      if (epoch > 1) {
        state = Variations.step(state, "state" + epoch, SMALL, seed).inMemory();
      }
      saves.add(state);
      for (String again : List.of("last", "best", "backup")) {
        saves.add(state.copy("state" + epoch + "-" + again));
      }
    }
    return new Scenario(
        "checkpoints",
        "eight BF16 states of a Transformer stack with normal weights, updates of 0.001 x the weights' sd, each saved"
            + " as epoch, last, best and backup",
        saves);
  }

  /**
   * Returns a MediumMLP in F32 and four models whose backbone (fc1 and fc2, 94.0 % of the
   * parameters) is frozen and whose head (fc3 and fc4) is drawn afresh.
   */
  public static Scenario transfer(long seed) {
    Model base = Architecture.mediumMlp().initialised(FloatFormat.F32, seed).inMemory();
    List<Model> saves = new ArrayList<>(List.of(base));
    for (int i = 1; i <= 4; i++) {
      saves.add(transferred(base, "transfer" + i, seed));
    }
    return new Scenario(
        "transfer",
        "MediumMLP in F32 and four models with its fc1 and fc2 and a new fc3 and fc4",
        saves);
  }

  /**
   * Returns a team's week with a MediumMLP in F32: the base, nine exact copies, seven sparse
   * fine-tunes (0.1 %), three transfers, two noise fine-tunes (sd 0.001); 22 saves.
   */
  public static Scenario mixed(long seed) {
    Model base = Architecture.mediumMlp().initialised(FloatFormat.F32, seed).inMemory();
    List<Model> saves = new ArrayList<>(List.of(base));
    for (int i = 1; i <= 9; i++) {
      saves.add(base.copy("copy" + i));
    }
    for (int i = 1; i <= 7; i++) {
      saves.add(Variations.sparse(base, "fine-tune" + i, SPARSE_FRACTION, SMALL, seed));
    }
    for (int i = 1; i <= 3; i++) {
      saves.add(transferred(base, "transfer" + i, seed));
    }
    for (int i = 1; i <= 2; i++) {
      saves.add(Variations.noise(base, "noise" + i, SMALL, seed));
    }
    return new Scenario(
        "mixed",
        "MediumMLP in F32: base, nine copies, seven fine-tunes of 0.1 % of the elements, three"
            + " transfers, two fine-tunes of all elements (noise sd 0.001)",
        saves);
  }

  /**
   * Returns the base of {@link #loraMerged}: a Transformer stack in BF16 with normal weights.
   *
   * @param blocks blocks of the stack
   * @param d its width
   */
  public static Model loraBase(int blocks, int d, long seed) {
    return Architecture.transformer(blocks, d, 0)
        .late()
        .initialised(FloatFormat.BF16, seed)
        .inMemory();
  }

  /** Returns three fine-tunes by adapters of rank 8, with changes of 0.1 x the weights' sd. */
  public static List<LowRank> loraAdapters(Model base, long seed) {
    return IntStream.rangeClosed(1, 3)
        .mapToObj(i -> LowRank.merge(base, "adapter" + i, ADAPTER_RANK, ADAPTER_SD, seed))
        .toList();
  }

  /** Returns a base and the fine-tunes merged into it; their limit is that of the factors. */
  public static Scenario loraMerged(Model base, List<LowRank> adapters) {
    List<Model> saves = new ArrayList<>(List.of(base));
    adapters.forEach(each -> saves.add(each.model()));
    return new Scenario(
        "LoRA-merged",
        "a Transformer stack in BF16 and three fine-tunes of rank 8, merged, with changes of 0.1 x"
            + " the weights' sd",
        saves);
  }

  private static Model transferred(Model base, String name, long seed) {
    Predicate<String> head =
        parameter -> parameter.startsWith("fc3.") || parameter.startsWith("fc4.");
    return Variations.newHead(base, name, Architecture.mediumMlp(), head, seed);
  }
}
