package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Trap: the JVM remembers. A call that has only ever met one class is inlined; one that has met
 * three is looked up each time. Code that several benchmarks share is compiled with what all of
 * them have shown it, and the order of the tests decides what the last one measures. A fork is a
 * JVM that remembers nothing. The profiles full and comprehensive fork by themselves.
 *
 * <pre>
 * three shapes                                 10.6 ns/op
 * wrong: squares, after the three shapes        6.5 ns/op
 * right: squares, in a fork                     2.1 ns/op
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
@TestMethodOrder(MethodOrderer.MethodName.class)
class S16ForksBenchmark {
  private final Shape[] mixed = {new Square(2), new Circle(2), new Line(2)};
  private final Shape[] squares = {new Square(1), new Square(2), new Square(3)};

  interface Shape {
    double area();
  }

  record Square(double side) implements Shape {
    @Override
    public double area() {
      return side * side;
    }
  }

  record Circle(double radius) implements Shape {
    @Override
    public double area() {
      return radius * radius * Math.PI;
    }
  }

  record Line(double length) implements Shape {
    @Override
    public double area() {
      return 0 * length;
    }
  }

  @CoralBenchmark(suite = "samples")
  void first(Blackhole hole) {
    hole.consume(sum(mixed));
  }

  @CoralBenchmark(suite = "samples")
  void secondWrong(Blackhole hole) {
    hole.consume(sum(squares));
  }

  @CoralBenchmark(suite = "samples", forks = 1)
  void thirdRight(Blackhole hole) {
    hole.consume(sum(squares));
  }

  /** A fork has flags of its own: here another collector and a small heap. */
  @CoralBenchmark(
      suite = "samples",
      jvmArgs = {"-XX:+UseSerialGC", "-Xmx64m"})
  void withFlags(Blackhole hole) {
    hole.consume(new byte[1024]);
  }

  private static double sum(Shape[] shapes) {
    double sum = 0;
    for (Shape shape : shapes) {
      sum += shape.area();
    }
    return sum;
  }
}
