package turns;

/** The code under test; the tests compile older versions of it. */
public final class Work {
  private Work() {}

  /** Returns how long the work is. */
  public static int length() {
    return 400;
  }
}
