package io.coralml.junit.stats;

/** How the cost of an operation depends on the size of its input. */
public enum GrowthClass {
  /** The size does not matter. */
  CONSTANT("1") {
    @Override
    public double of(double n) {
      return 1;
    }
  },
  /** As in a search tree. */
  LOGARITHMIC("log n") {
    @Override
    public double of(double n) {
      return Math.log(n);
    }
  },
  /** As in a scan. */
  LINEAR("n") {
    @Override
    public double of(double n) {
      return n;
    }
  },
  /** As in a sort. */
  LINEARITHMIC("n log n") {
    @Override
    public double of(double n) {
      return n * Math.log(n);
    }
  },
  /** As in comparing all pairs. */
  QUADRATIC("n^2") {
    @Override
    public double of(double n) {
      return n * n;
    }
  },
  /** As in the schoolbook's product of matrices. */
  CUBIC("n^3") {
    @Override
    public double of(double n) {
      return n * n * n;
    }
  };

  private final String formula;

  GrowthClass(String formula) {
    this.formula = formula;
  }

  /** Returns the class as reports write it, such as {@code n log n}. */
  public String formula() {
    return formula;
  }

  /** Returns the power of the size that it is, but for logarithms. */
  public int power() {
    return switch (this) {
      case CONSTANT, LOGARITHMIC -> 0;
      case LINEAR, LINEARITHMIC -> 1;
      case QUADRATIC -> 2;
      case CUBIC -> 3;
    };
  }

  /** Returns the cost of size {@code n}, but for a factor. */
  public abstract double of(double n);
}
