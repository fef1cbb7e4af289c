package io.coralml.proof;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Profile;
import java.util.ArrayList;

/**
 * Ten shapes whose size on the heap is known: headers of 12 bytes, of 16 for an array, references
 * of 4 bytes, rounded up to 8 (a 64-bit HotSpot with compressed pointers). Each must be counted to
 * the byte.
 */
@Profile(BenchmarkProfile.QUICK)
class AllocationBenchmark {
  private int i = 1234;
  private long l = 123_456_789L;
  private double d = 0.5;

  private record Point(double x, double y) {}

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 0, max = 0)
  void nothing(Blackhole hole) {
    hole.consume(i + l);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 16, max = 16)
  void object(Blackhole hole) {
    hole.consume(new Object());
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 16, max = 16)
  void boxedInt(Blackhole hole) {
    hole.consume((Object) i);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 24, max = 24)
  void boxedLong(Blackhole hole) {
    hole.consume((Object) l);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 32, max = 32)
  void twoDoubles(Blackhole hole) {
    hole.consume(new Point(d, d));
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 16, max = 16)
  void emptyArray(Blackhole hole) {
    hole.consume(new int[0]);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 272, max = 272)
  void bytes256(Blackhole hole) {
    hole.consume(new byte[256]);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 816, max = 816)
  void longs100(Blackhole hole) {
    hole.consume(new long[100]);
  }

  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 32, max = 32)
  void threeReferences(Blackhole hole) {
    hole.consume(new Object[3]);
  }

  /** The list of 24 bytes, and for its first element ten places: 56 bytes. */
  @CoralBenchmark(suite = "proof")
  @Expect(metric = "b_per_op", min = 80, max = 80)
  void listOfOne(Blackhole hole) {
    ArrayList<Object> list = new ArrayList<>();
    list.add(this);
    hole.consume(list);
  }
}
